import { z } from "zod";
import { fieldProblem } from "../../http/problem.ts";
import { MAX_RENDITION_PIXELS, megapixels, renditionPixels } from "../../services/images/image-renderer.ts";
import { albumName } from "./albums.request.ts";

/** What a caller sends to have an album rendered. */
export const renditionsRequest = z.strictObject({
  widths: z
    .array(z.int().min(16).max(8192))
    .min(1)
    .max(20)
    .refine((widths) => new Set(widths).size === widths.length, "Must not name a width twice"),
  format: z.enum(["webp", "jpeg", "avif"]),
  quality: z.int().min(1).max(100).optional(),
});

/** Height by width of a photo as most cameras take it. */
const USUAL_ASPECT = 2 / 3;

/**
 * Refuses what would be too much for an ordinary photo. Photos have shapes of their own and are never enlarged: each
 * is held against the same bound when it is rendered, and one that breaks it is reported.
 *
 * @throws {Problem} 422
 */
export function checkPixels({ widths, format }: z.infer<typeof renditionsRequest>): void {
  const pixels = renditionPixels(widths, USUAL_ASPECT);
  const most = MAX_RENDITION_PIXELS[format];
  if (pixels <= most) return;
  const [would, may] = [megapixels(pixels), megapixels(most)];
  const bound = `in ${format}, the renditions of a photo may have ${may} megapixels together`;
  throw fieldProblem("unprocessable", "/widths", `Of a 3:2 photo these make ${would} megapixels; ${bound}`);
}

/** The same with its album: the input of the orchestration. */
export const renditionsOrder = renditionsRequest.extend({ album: albumName });

export type RenditionsOrder = z.infer<typeof renditionsOrder>;

/** The id of an album's renditions starts with the album, so that everything can be found from the id alone. */
export const albumPrefix = (album: string) => `renditions-${album}-`;

/** The album in such an id; undefined if it is none. */
export function albumIn(id: string): string | undefined {
  return /^renditions-([a-z0-9][a-z0-9-]{0,62})-[0-9a-f]{32}$/.exec(id)?.[1];
}
