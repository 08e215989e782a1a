import type { Endpoint } from "../../http/endpoint.ts";
import { findStarted, startOnce } from "../../http/start.ts";
import { Problem, validate } from "../../http/problem.ts";
import { readJson } from "../../http/read-body.ts";
import { resourceResponse } from "../../http/resource.ts";
import type { AlbumStore } from "../../services/albums/album-store.ts";
import type { Claims } from "../../storage/claims.ts";
import { albumPath } from "./albums.request.ts";
import { CONTACT_SHEET, MANIFEST } from "./rendition-files.ts";
import { renditions } from "./renditions.contract.ts";
import { renditionsProgress } from "./renditions.progress.ts";
import { albumPrefix, checkPixels, renditionsRequest } from "./renditions.request.ts";

const path = (id: string) => `/api/renditions/${id}`;

/** Have an album rendered, and see how far it is. */
export function createRenditionEndpoints(services: { albums: AlbumStore; claims: Claims }): Endpoint[] {
  return [
    {
      name: "renderAlbum",
      method: "POST",
      route: "albums/{album}/renditions",
      async handle(request, call) {
        const { album } = validate(albumPath, request.params, "path");
        const input = { ...(await readJson(request, renditionsRequest)), album };
        checkPixels(input);
        const page = await services.albums.listPhotos(album, { pageSize: 1 });
        if (!page?.photos.length) throw new Problem("not-found", `There are no photos in album ${album}`);
        const start = {
          orchestration: renditions,
          idPrefix: albumPrefix(album),
          content: input,
          input,
          path,
        };
        return startOnce(request, call, services.claims, start);
      },
    },
    {
      name: "getRenditions",
      method: "GET",
      route: "renditions/{id}",
      async handle(request, { orchestrations, url: urlOf }) {
        const instance = await findStarted(request, orchestrations, renditions);
        const url = (below: string) => urlOf(`${path(instance.instanceId)}${below}`);
        const files = { manifest: url(`/files/${MANIFEST}`), contactSheet: url(`/files/${CONTACT_SHEET}`) };
        const progress = await renditionsProgress(orchestrations, instance);
        const made = instance.output?.kind === "rendered" ? files : {};
        const result = instance.output && { ...instance.output, ...made };
        const links = { self: url(""), ...made };
        return resourceResponse(instance, { kind: "renditions", progress, result, links });
      },
    },
  ];
}
