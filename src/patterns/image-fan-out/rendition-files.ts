import type { NewFile, RenderingKey, RenditionStore } from "../../services/albums/rendition-store.ts";

/** Files as callers know them, below `…/files/`. */
export const MANIFEST = "manifest.json";
export const CONTACT_SHEET = "contact-sheet.jpg";

const FORMATS = {
  webp: { ending: "webp", contentType: "image/webp" },
  jpeg: { ending: "jpg", contentType: "image/jpeg" },
  avif: { ending: "avif", contentType: "image/avif" },
} as const;
type Format = keyof typeof FORMATS;

export const renditionPath = (photo: string, width: number, format: Format) =>
  `photos/${photo}/${width}.${FORMATS[format].ending}`;

const PUBLIC_PATH =
  /^(manifest\.json|contact-sheet\.jpg|photos\/[A-Za-z0-9._-]{1,100}\/\d{1,5}\.(webp|jpg|avif))$/;

export const isPublicPath = (path: string) => PUBLIC_PATH.test(path);

/** Where a file that callers may fetch is kept: apart from what the steps hand each other. */
export const storedAt = (path: string) => `files/${path}`;

/** The names of a page's photos, and what became of them. */
export const pagePath = (page: number) => `pages/${page}.json`;
export const outcomesPath = (page: number) => `outcomes/${page}.json`;

export const imageFile = (path: string, data: Uint8Array, format: Format): NewFile => ({
  path: storedAt(path),
  data,
  contentType: FORMATS[format].contentType,
});

export const jsonFile = (path: string, content: object): NewFile => ({
  path,
  data: JSON.stringify(content),
  contentType: "application/json",
});

/** A file that an earlier step wrote. @throws {Error} if the rendering was removed since */
export async function readFile(store: RenditionStore, key: RenderingKey, path: string): Promise<Uint8Array> {
  const bytes = await store.read(key, path);
  if (!bytes) throw new Error(`${path} is gone; the album was deleted meanwhile`);
  return bytes;
}

export async function readJsonFile<T>(store: RenditionStore, key: RenderingKey, path: string): Promise<T> {
  // Our own file, written by an earlier step as this type.
  return JSON.parse(Buffer.from(await readFile(store, key, path)).toString()) as T;
}

/** Writes files of a rendering. @throws {Error} if it was removed meanwhile: nobody waits for the result then */
export async function keepFiles(
  store: RenditionStore,
  key: RenderingKey,
  files: readonly NewFile[],
): Promise<void> {
  if ((await store.write(key, files)) === "removed") throw new Error("The album was deleted meanwhile");
}
