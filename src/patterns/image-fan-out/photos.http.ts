import type { Endpoint } from "../../http/endpoint.ts";
import { conditionOf } from "../../http/preconditions.ts";
import { storedResponse } from "../../http/file-response.ts";
import { validate } from "../../http/problem.ts";
import { photoPath } from "./albums.request.ts";
import { photoBody, photoContentType } from "./photo-upload.ts";
import type { RenditionServices } from "./renditions.activities.ts";

/** Bring photos, one at a time. */
export function createPhotoEndpoints({ albums, renderer }: RenditionServices): Endpoint[] {
  return [
    {
      name: "putPhoto",
      method: "PUT",
      route: "albums/{album}/photos/{name}",
      isConditional: true,
      async handle(request) {
        const path = validate(photoPath, request.params, "path");
        const contentType = photoContentType(request);
        const body = photoBody(request, renderer);
        const put = await albums.putPhoto(path, contentType, body, conditionOf(request));
        return storedResponse(put, "photo", path);
      },
    },
  ];
}
