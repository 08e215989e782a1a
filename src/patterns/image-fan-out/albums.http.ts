import type { Endpoint } from "../../http/endpoint.ts";
import { fieldProblem, Problem } from "../../http/problem.ts";
import { readQuery, toContinuation } from "../../http/query.ts";
import { validate } from "../../http/validate.ts";
import type { Claims } from "../../services/claims.ts";
import { removeAlbum } from "./album-removal.ts";
import { albumPath, listingQuery } from "./albums.request.ts";
import type { RenditionServices } from "./renditions.activities.ts";

/** See what an album has, and delete it. */
export function createAlbumEndpoints(services: RenditionServices & { claims: Claims }): Endpoint[] {
  const { albums, renditions, claims } = services;
  return [
    {
      name: "getAlbum",
      method: "GET",
      route: "albums/{album}",
      query: listingQuery,
      async handle(request) {
        const { album } = validate(albumPath, request.params, "path");
        const query = readQuery(request, listingQuery);
        const page = await albums.listPhotos(album, query);
        if (!page) throw fieldProblem("invalid-request", "#query/continuation", "Is not one that was given");
        if (page.photos.length === 0 && query.continuation === undefined) {
          throw new Problem("not-found", `There are no photos in album ${album}`);
        }
        return { jsonBody: { album, ...page, continuation: toContinuation(page.continuation) } };
      },
    },
    {
      name: "deleteAlbum",
      method: "DELETE",
      route: "albums/{album}",
      async handle(request, { taskHub }) {
        const { album } = validate(albumPath, request.params, "path");
        await removeAlbum(album, taskHub, { albums, renditions }, claims);
        return { status: 204 };
      },
    },
  ];
}
