import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, continuation, instant, resource, resourceOf } from "../../openapi/schemas.ts";
import { albumName, PHOTO_CONTENT_TYPES, photoPath } from "./albums.request.ts";
import { renditionsRequest } from "./renditions.request.ts";

const photo = z.object({
  name: z.string(),
  bytes: z.int(),
  contentType: z.string(),
  uploadedAt: instant,
});

const result = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("rendered"),
    photos: z.int(),
    renditions: z.int(),
    failures: z.array(z.object({ name: z.string(), reason: z.string() })),
    manifest: z.url(),
    contactSheet: z.url(),
  }),
  z.object({ kind: z.literal("refused"), reason: z.string() }),
]);

const renditions = resourceOf("Renditions", {
  kind: "renditions",
  progress: z.object({ total: z.int(), done: z.int(), failed: z.int() }),
  result,
});

const tag = "Albums and renditions";
const put = {
  schema: z.object({ album: z.string(), name: z.string() }),
  headers: { ETag: "Of the photo", "Last-Modified": "When it was sent" },
};
const fileHeaders = {
  ETag: "Strong",
  "Last-Modified": "When it was made",
  "Cache-Control": "A file never changes",
  "Accept-Ranges": "bytes",
};

export const renditionDescriptions: Descriptions = {
  putPhoto: {
    tag,
    summary: "Bring a photo",
    path: photoPath.shape,
    isNeverMissing: true,
    bodyTypes: PHOTO_CONTENT_TYPES,
    answers: {
      200: { description: "It replaces an older one", ...put },
      201: { description: "It is new", ...put },
    },
    problems: [409],
  },
  getAlbum: {
    tag,
    summary: "See what an album has",
    path: { album: albumName },
    answers: {
      200: {
        description: "A page of its photos, by name",
        schema: z.object({ album: z.string(), photos: z.array(photo), continuation }),
        headers: { ETag: "Of the whole album, on the first page", "Last-Modified": "When a photo last came" },
      },
      304: { description: "The caller has the album as it is" },
    },
  },
  deleteAlbum: {
    tag,
    summary: "Delete an album with its photos and renditions; one that is not there is deleted",
    path: { album: albumName },
    isNeverMissing: true,
    answers: { 204: { description: "All of it is gone" } },
  },
  renderAlbum: {
    tag,
    summary:
      "Have an album rendered (fan-out/fan-in). The renditions of one photo may have 50 megapixels together as JPEG, 12 as WebP, 8 as AVIF",
    path: { album: albumName },
    headers: idempotencyKey,
    body: renditionsRequest,
    answers: { 202: accepted("The album is being rendered") },
  },
  getRenditions: {
    tag,
    summary: "See how far a rendering is",
    answers: { 200: resource("The renditions", renditions) },
  },
  getRenditionFile: {
    tag,
    summary: "Fetch a rendition, the manifest or the contact sheet",
    answers: {
      200: { description: "The file", contentType: "*/*", headers: fileHeaders },
      206: { description: "The part asked for with Range", contentType: "*/*", headers: fileHeaders },
      304: { description: "The caller has it already" },
    },
    problems: [409, 416],
  },
};
