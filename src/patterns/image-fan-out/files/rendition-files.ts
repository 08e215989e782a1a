import type { ImageFormat } from "../../../values.ts";
import type { NewFile, RenderingKey, RenditionStore } from "../../../services/albums/rendition-store.ts";

/** Paths as callers use them, below `…/files/`. */
export const MANIFEST = "manifest.json";
export const CONTACT_SHEET = "contact-sheet.jpg";

const FORMATS = {
  webp: { ending: "webp", contentType: "image/webp" },
  jpeg: { ending: "jpg", contentType: "image/jpeg" },
  avif: { ending: "avif", contentType: "image/avif" },
} as const satisfies Record<ImageFormat, object>;

export const renditionPath = (photo: string, width: number, format: ImageFormat) =>
  `photos/${photo}/${width}.${FORMATS[format].ending}`;

const PUBLIC_PATH =
  /^(manifest\.json|contact-sheet\.jpg|photos\/[A-Za-z0-9._-]{1,100}\/\d{1,5}\.(webp|jpg|avif))$/;

export const isPublicPath = (path: string) => PUBLIC_PATH.test(path);

/** Where public files are stored, apart from the files that the steps exchange. */
export const storedAt = (path: string) => `files/${path}`;

/** The names of the photos of a page, and their outcomes. */
export const pagePath = (page: number) => `pages/${page}.json`;
export const outcomesPath = (page: number) => `outcomes/${page}.json`;

export const imageFile = (path: string, data: Uint8Array, format: ImageFormat): NewFile => ({
  path: storedAt(path),
  data,
  contentType: FORMATS[format].contentType,
});

export const jsonFile = (path: string, content: object): NewFile => ({
  path,
  data: JSON.stringify(content),
  contentType: "application/json",
});

/** Reads a file that an earlier step wrote. @throws {Error} if the rendering was removed since */
export async function readFile(store: RenditionStore, key: RenderingKey, path: string): Promise<Uint8Array> {
  const bytes = await store.read(key, path);
  if (!bytes) throw new Error(`${path} does not exist: the album was deleted, or its storage lost it`);
  return bytes;
}

export async function readJsonFile<T>(store: RenditionStore, key: RenderingKey, path: string): Promise<T> {
  // An earlier step wrote the file with this type.
  return JSON.parse(Buffer.from(await readFile(store, key, path)).toString()) as T;
}

/** Writes files of a rendering. @throws {Error} if the rendering was removed */
export async function writeFiles(
  store: RenditionStore,
  key: RenderingKey,
  files: readonly NewFile[],
): Promise<void> {
  if ((await store.write(key, files)) === "removed") throw new Error("The album was deleted");
}
