/** All messages of this pattern: the request, the steps, the status and the result. */
import { z } from "zod";
import { defineActivity, defineOrchestration, type } from "../../durable/orchestration/contract.ts";
import { imageFormat } from "../../values.ts";
import { ALBUM_NAME, albumName } from "./albums/albums.contract.ts";

/** What a caller sends to render an album. */
export const renditionsRequest = z.strictObject({
  widths: z
    .array(z.int().min(16).max(8192))
    .min(1)
    .max(20)
    .refine((widths) => new Set(widths).size === widths.length, "Must not name a width twice"),
  format: imageFormat,
  quality: z.int().min(1).max(100).optional(),
});
export type RenditionsRequest = z.infer<typeof renditionsRequest>;

/** The request with its album. */
export const renditionsOrder = renditionsRequest.extend({ album: albumName });
export type RenditionsOrder = z.infer<typeof renditionsOrder>;

/** One rendering of one album. Bytes, lists and results are stored under it, and only names travel. */
export type Rendering = { album: string; id: string };
/** Photos by outcome, and the number of files. */
export type Counts = { done: number; failed: number; renditions: number };

/** Custom status. During `rendering`, the lanes have the counts: see `lanes/lane.contract.ts`. */
export type RenditionsStatus = Counts & {
  step: "planning" | "rendering" | "assembling";
  total: number;
  lanes: number;
};

/** As callers see it: `done + failed` grows to `total`. */
export const renditionsProgress = z.object({ total: z.int(), done: z.int(), failed: z.int() });
export type RenditionsProgress = z.infer<typeof renditionsProgress>;

const failure = z.object({ name: z.string(), reason: z.string() });
export type Failure = z.infer<typeof failure>;
const rendered = z.object({
  kind: z.literal("rendered"),
  photos: z.int(),
  renditions: z.int(),
  failures: z.array(failure).describe("The first hundred. The manifest has all of them"),
});
const refused = z.object({ kind: z.literal("refused"), reason: z.string() });
type Refused = z.infer<typeof refused>;
export type RenditionsResult = z.infer<typeof rendered> | Refused;
/** The result as callers see it, with the URLs of two files. */
export const renditionsResult = z.discriminatedUnion("kind", [
  rendered.extend({ manifest: z.url(), contactSheet: z.url() }),
  refused,
]);

export const renditions = defineOrchestration("renditions", {
  idPrefix: "renditions-",
  input: renditionsOrder,
  output: type<RenditionsResult>(),
  status: type<RenditionsStatus>(),
});

/** The instance id starts with the album, so that all files can be found from the id alone. */
export const albumPrefix = (album: string) => `${renditions.idPrefix}${album}-`;

const INSTANCE_ID = new RegExp(`^${renditions.idPrefix}(${ALBUM_NAME})-[0-9a-f]{32}$`);
/** The album in an instance id; undefined if it is not the id of a rendering. */
export const albumIn = (id: string): string | undefined => INSTANCE_ID.exec(id)?.[1];

/** Lists the album and stores the names in pages. */
export const planRenditions = defineActivity("planRenditions", {
  input: type<Rendering>(),
  output: type<{ kind: "planned"; photos: number; pages: number; lanes: number } | Refused>(),
});

/** Joins the results of all pages to one document for the customer. */
export const writeManifest = defineActivity("writeManifest", {
  input: type<Rendering & Pick<RenditionsOrder, "format"> & { pages: number }>(),
  output: type<{ failures: Failure[] }>(),
});

/** Draws the whole album on one page, from the manifest and the smallest renditions. */
export const drawContactSheet = defineActivity("drawContactSheet", {
  input: type<Rendering>(),
  output: type<void>(),
});
