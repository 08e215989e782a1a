import type { Endpoint } from "../../../http/endpoint.ts";
import { fileResponse } from "../../../http/file-response.ts";
import { Problem } from "../../../http/problem.ts";
import type { Services } from "../../../services/services.ts";
import { manifestFile } from "./manifest-file.ts";
import { isPublicPath, MANIFEST, storedAt } from "./rendition-files.ts";
import { albumIn } from "../renditions.contract.ts";

/** A file of a rendering never changes. It belongs to one customer, so that shared caches must not store it. */
const CACHE_CONTROL = "private, max-age=31536000, immutable";

/** Get a rendition, the manifest or the contact sheet. */
export function createRenditionFileEndpoints({ renditions }: Services): Endpoint[] {
  return [
    {
      name: "getRenditionFile",
      method: "GET",
      route: "renditions/{id}/files/{*path}",
      isConditional: true,
      async handle(request, { url }) {
        const { id = "", path = "" } = request.params;
        const album = albumIn(id);
        const key = { album: album ?? "", id };
        const isKnown = album !== undefined && isPublicPath(path);
        const filesUrl = url(`/api/renditions/${id}/files`);
        const find = () =>
          path === MANIFEST ? manifestFile(renditions, key, filesUrl) : renditions.find(key, storedAt(path));
        const file = isKnown ? await find() : undefined;
        if (!file) throw new Problem("not-found", "The file does not exist, or not yet");
        return fileResponse(request, file, CACHE_CONTROL);
      },
    },
  ];
}
