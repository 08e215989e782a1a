import type { Endpoint } from "../../http/endpoint.ts";
import { conditionOf, isKnownToCaller } from "../../http/preconditions.ts";
import { fieldProblem, Problem, validate } from "../../http/problem.ts";
import { readQuery, toContinuation } from "../../http/query.ts";
import type { Claims } from "../../storage/claims.ts";
import { removeAlbum } from "./album-removal.ts";
import { albumPath, listingQuery } from "./albums.request.ts";
import type { RenditionServices } from "./renditions.activities.ts";

export interface AlbumServices extends RenditionServices {
  readonly claims: Claims;
}

/** List an album, and delete it. */
export function createAlbumEndpoints(services: AlbumServices): Endpoint[] {
  const { albums, renditions, claims } = services;
  return [
    {
      name: "getAlbum",
      method: "GET",
      route: "albums/{album}",
      query: listingQuery,
      isConditional: true,
      async handle(request) {
        const { album } = validate(albumPath, request.params, "path");
        const query = readQuery(request, listingQuery);
        // Before the page, so that it is never newer than what is shown. A page in the middle has none.
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
        return isKnownToCaller(request, version) ? { status: 304, headers } : { headers, jsonBody };
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
        await removeAlbum(album, taskHub, { albums, renditions }, claims, snapshot);
        return { status: 204 };
      },
    },
  ];
}
