import { renditionPath } from "./rendition-files.ts";
import type { PhotoOutcome, Rendition } from "../lanes/lane.contract.ts";
import type { Failure, RenditionsOrder } from "../renditions.contract.ts";

/** The list of all renditions, for a program of the customer. */
export interface Manifest {
  readonly album: string;
  readonly format: RenditionsOrder["format"];
  readonly photos: {
    readonly name: string;
    readonly width: number;
    readonly height: number;
    /** `url` is stored as a path below `files/`. `manifestFile` makes it absolute. */
    readonly renditions: readonly (Rendition & { readonly url: string })[];
  }[];
  readonly failures: Failure[];
}

/** Called page by page, so that the manifest has the order of the album. */
export function addOutcomes(manifest: Manifest, outcomes: readonly PhotoOutcome[]): void {
  for (const outcome of outcomes) {
    const { name } = outcome;
    if (outcome.kind === "failed") {
      manifest.failures.push({ name, reason: outcome.reason });
      continue;
    }
    const renditions = outcome.renditions.map((rendition) => ({
      ...rendition,
      url: renditionPath(name, rendition.width, manifest.format),
    }));
    manifest.photos.push({ name, width: outcome.width, height: outcome.height, renditions });
  }
}
