import type { Endpoint } from "../../http/endpoint.ts";
import { Problem } from "../../http/problem.ts";
import { validate } from "../../http/validate.ts";
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
      async handle(request) {
        const path = validate(photoPath, request.params, "path");
        const body = photoBody(request, renderer);
        const put = await albums.putPhoto(path, photoContentType(request), body);
        if (put.kind === "disturbed") throw new Problem("conflict", "Somebody sent this photo meanwhile");
        return { status: put.kind === "created" ? 201 : 200, headers: { etag: put.etag }, jsonBody: path };
      },
    },
  ];
}
