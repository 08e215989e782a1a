import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { type RenditionsOrder, renditionsOrder } from "./renditions.request.ts";

/** Which rendering of which album: bytes, lists and results are in storage under it, and only names travel. */
export type Rendering = { album: string; id: string };
export type Failure = { name: string; reason: string };

/** Photos by how they ended, and the files made of them. */
export type Tally = { done: number; failed: number; renditions: number };

/** While `rendering`, the numbers are with the lanes: see `rendition-lane.contract.ts`. */
export type RenditionsStatus = Tally & {
  step: "planning" | "rendering" | "assembling";
  total: number;
  lanes: number;
};

/** `failures`: the first hundred; all of them are in the manifest. */
export type RenditionsResult =
  | { kind: "rendered"; photos: number; renditions: number; failures: Failure[] }
  | { kind: "refused"; reason: string };

export const renditions = defineOrchestration("renditions", {
  idPrefix: "renditions-",
  input: renditionsOrder,
  output: type<RenditionsResult>(),
  status: type<RenditionsStatus>(),
});

export type Plan =
  { kind: "planned"; photos: number; pages: number; lanes: number } | { kind: "refused"; reason: string };

/** Lists the album and writes the names down in pages. */
export const planRenditions = defineActivity("planRenditions", {
  input: type<Rendering>(),
  output: type<Plan>(),
});

/** Joins the pages' results to one document for the customer. */
export const writeManifest = defineActivity("writeManifest", {
  input: type<Rendering & Pick<RenditionsOrder, "format"> & { pages: number }>(),
  output: type<{ failures: Failure[] }>(),
});

/** Draws the whole album on one page, from the manifest and the smallest renditions. */
export const drawContactSheet = defineActivity("drawContactSheet", {
  input: type<Rendering>(),
  output: type<void>(),
});
