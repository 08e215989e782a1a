import { z } from "zod";
import { type Descriptions, idempotencyKey } from "../../openapi/description.ts";
import { accepted, continuation, instant, resource, resourceOf } from "../../openapi/schemas.ts";
import { albumName, PHOTO_CONTENT_TYPES, photoPath } from "./albums/albums.contract.ts";
import { renditionsProgress, renditionsRequest, renditionsResult } from "./renditions.contract.ts";

const photo = z.object({
  name: z.string(),
  bytes: z.int(),
  contentType: z.string(),
  uploadedAt: instant,
});

const renditions = resourceOf("Renditions", {
  kind: "renditions",
  progress: renditionsProgress,
  result: renditionsResult,
});

const tag = "Albums and renditions";
const put = {
  schema: z.object({ album: z.string(), name: z.string() }),
  headers: { ETag: "Of the photo", "Last-Modified": "Time of the upload" },
};
const fileHeaders = {
  ETag: "Strong",
  "Last-Modified": "Time of the rendering",
  "Cache-Control": "A file never changes",
  "Accept-Ranges": "bytes",
};

export const renditionDescriptions: Descriptions = {
  putPhoto: {
    tag,
    summary: "Upload a photo",
    path: photoPath.shape,
    isNeverMissing: true,
    bodyTypes: PHOTO_CONTENT_TYPES,
    answers: {
      200: { description: "The photo was replaced", ...put },
      201: { description: "The photo is new", ...put },
    },
    problems: [409],
  },
  getAlbum: {
    tag,
    summary: "List the photos of an album",
    path: { album: albumName },
    answers: {
      200: {
        description: "A page of photos, by name",
        schema: z.object({ album: z.string(), photos: z.array(photo), continuation }),
        headers: {
          ETag: "Of the whole album, on the first page",
          "Last-Modified": "Time of the last upload",
        },
      },
      304: { description: "The caller has this version" },
    },
  },
  deleteAlbum: {
    tag,
    summary: "Delete an album with its photos and renditions. Succeeds if there is none",
    path: { album: albumName },
    isNeverMissing: true,
    answers: { 204: { description: "The album was deleted" } },
  },
  renderAlbum: {
    tag,
    summary:
      "Render an album (fan-out/fan-in). The renditions of one photo may have 50 megapixels together as JPEG, 12 as WebP, 8 as AVIF",
    path: { album: albumName },
    headers: idempotencyKey,
    body: renditionsRequest,
    sample: { widths: [320, 1280], format: "webp" },
    answers: { 202: accepted("The rendering was accepted") },
  },
  getRenditions: {
    tag,
    summary: "Get the renditions of an album",
    answers: { 200: resource("The renditions", renditions) },
  },
  getRenditionFile: {
    tag,
    summary: "Get a rendition, the manifest or the contact sheet",
    answers: {
      200: { description: "The file", contentType: "*/*", headers: fileHeaders },
      206: { description: "The requested range", contentType: "*/*", headers: fileHeaders },
      304: { description: "The caller has this version" },
    },
    problems: [409, 416],
  },
};
