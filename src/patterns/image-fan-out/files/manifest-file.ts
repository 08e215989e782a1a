import { createHash } from "node:crypto";
import type { RenderingKey, RenditionStore } from "../../../services/albums/rendition-store.ts";
import type { StoredFile } from "../../../storage/blob-bytes.ts";
import { MANIFEST, storedAt } from "./rendition-files.ts";

/**
 * The manifest with absolute URLs. The step that wrote it could not know the URL of the app, so it stored paths. The tag
 * is a hash of the content, because the content depends on that URL. Undefined if there is no manifest.
 */
export async function manifestFile(
  renditions: RenditionStore,
  key: RenderingKey,
  filesUrl: string,
): Promise<StoredFile | undefined> {
  const [found, stored] = await Promise.all([
    renditions.find(key, storedAt(MANIFEST)),
    renditions.read(key, storedAt(MANIFEST)),
  ]);
  if (!found || !stored) return undefined;
  // A replacement in the text, because the manifest of a large album has megabytes. Quotes in JSON strings are escaped.
  const text = Buffer.from(stored)
    .toString()
    .replaceAll('"url":"', () => `"url":"${filesUrl}/`);
  const bytes = Buffer.from(text);
  return {
    etag: `"${createHash("sha256").update(bytes).digest("base64url")}"`,
    modifiedAt: found.modifiedAt,
    bytes: bytes.length,
    contentType: "application/json",
    read: async ({ offset, count } = { offset: 0, count: bytes.length }) =>
      bytes.subarray(offset, offset + count),
  };
}
