import { z } from "zod";
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

/** The same with its album: the input of the orchestration. */
export const renditionsOrder = renditionsRequest.extend({ album: albumName });

export type RenditionsOrder = z.infer<typeof renditionsOrder>;

/** The id of an album's renditions starts with the album, so that everything can be found from the id alone. */
export const idPrefix = (album: string) => `renditions-${album}-`;

/** The album in such an id; undefined if it is none. */
export function albumIn(id: string): string | undefined {
  return /^renditions-([a-z0-9][a-z0-9-]{0,62})-[0-9a-f]{32}$/.exec(id)?.[1];
}
