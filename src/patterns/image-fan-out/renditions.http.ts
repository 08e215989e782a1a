import type { Endpoint } from "../../http/endpoint.ts";
import { resourceResponse } from "../../http/resource.ts";
import { findStarted, startOnce } from "../../http/start.ts";
import { fieldProblem, Problem } from "../../http/problem.ts";
import { validate } from "../../http/read-request.ts";
import { readJson } from "../../http/read-body.ts";
import { MAX_RENDITION_PIXELS, megapixels, renditionPixels } from "../../services/images/image-renderer.ts";
import type { Services } from "../../services/services.ts";
import { albumPath } from "./albums/albums.contract.ts";
import { CONTACT_SHEET, MANIFEST } from "./files/rendition-files.ts";
import { albumPrefix, renditions, type RenditionsRequest, renditionsRequest } from "./renditions.contract.ts";
import { progressOf } from "./renditions.view.ts";

const path = (id: string) => `/api/renditions/${id}`;

/** Render an album, and get the renditions. */
export function createRenditionEndpoints({ albums, claims }: Services): Endpoint[] {
  return [
    {
      name: "renderAlbum",
      method: "POST",
      route: "albums/{album}/renditions",
      async handle(request, call) {
        const { album } = validate(albumPath, request.params, "path");
        const input = { ...(await readJson(request, renditionsRequest)), album };
        checkPixels(input);
        const page = await albums.listPhotos(album, { pageSize: 1 });
        if (!page?.photos.length) throw new Problem("not-found", `There are no photos in album ${album}`);
        const start = {
          orchestration: renditions,
          idPrefix: albumPrefix(album),
          content: input,
          input,
          path,
        };
        return startOnce(request, call, claims, start);
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
        const progress = await progressOf(orchestrations, instance);
        const fileUrls = instance.output?.kind === "rendered" ? files : {};
        const result = instance.output && { ...instance.output, ...fileUrls };
        const links = { self: url(""), ...fileUrls };
        return resourceResponse(instance, { kind: "renditions", progress, result, links });
      },
    },
  ];
}

/** Height by width of a photo from most cameras. */
const USUAL_ASPECT = 2 / 3;

/**
 * Refuses a request that is too much for an ordinary photo. Photos have different shapes and are never enlarged: each
 * is checked against the same limit when it is rendered, and one that exceeds it is reported.
 *
 * @throws {Problem} 422
 */
function checkPixels({ widths, format }: RenditionsRequest): void {
  const pixels = renditionPixels(widths, USUAL_ASPECT);
  const most = MAX_RENDITION_PIXELS[format];
  if (pixels <= most) return;
  const [would, may] = [megapixels(pixels), megapixels(most)];
  const bound = `in ${format}, the renditions of a photo may have ${may} megapixels together`;
  throw fieldProblem("unprocessable", "/widths", `Of a 3:2 photo these make ${would} megapixels; ${bound}`);
}
