import { z } from "zod";
import type { Endpoint } from "../../../http/endpoint.ts";
import { storedResponse } from "../../../http/file-response.ts";
import { conditionOf, callerHasVersion, readQuery, validate } from "../../../http/read-request.ts";
import { fieldProblem, Problem } from "../../../http/problem.ts";
import { continuationToken, toContinuation } from "../../../http/continuation.ts";
import type { Services } from "../../../services/services.ts";
import { removeAlbum } from "./album-removal.ts";
import { albumPath, photoPath } from "./albums.contract.ts";
import { photoBody, photoContentType } from "./photo-upload.ts";

const listingQuery = z.strictObject({ continuation: continuationToken });

/** Upload a photo, list an album, and delete an album. */
export function createAlbumEndpoints(services: Services): Endpoint[] {
  const { albums, renderer } = services;
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
    {
      name: "getAlbum",
      method: "GET",
      route: "albums/{album}",
      query: listingQuery,
      isConditional: true,
      async handle(request) {
        const { album } = validate(albumPath, request.params, "path");
        const query = readQuery(request, listingQuery);
        // Read before the page, so that the tag is never newer than the listing. Only the first page has a tag.
        const version = query.continuation === undefined ? await albums.snapshot(album) : undefined;
        const page = await albums.listPhotos(album, query);
        if (!page) throw fieldProblem("invalid-request", "#query/continuation", "Is not one that was given");
        if (page.photos.length === 0 && query.continuation === undefined) {
          throw new Problem("not-found", `There are no photos in album ${album}`);
        }
        const jsonBody = { album, ...page, continuation: toContinuation(page.continuation) };
        if (!version) return { jsonBody };
        const headers = {
          etag: version.etag,
          "last-modified": version.modifiedAt.toUTCString(),
          "cache-control": "private, no-cache",
        };
        return callerHasVersion(request, version) ? { status: 304, headers } : { headers, jsonBody };
      },
    },
    {
      name: "deleteAlbum",
      method: "DELETE",
      route: "albums/{album}",
      isConditional: true,
      async handle(request, { taskHub }) {
        const { album } = validate(albumPath, request.params, "path");
        const condition = conditionOf(request);
        const snapshot = condition && (await albums.snapshot(album));
        condition?.(snapshot);
        await removeAlbum(album, taskHub, services, snapshot);
        return { status: 204 };
      },
    },
  ];
}
