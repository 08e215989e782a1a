import { z } from "zod";

/** Part of a regular expression. */
export const ALBUM_NAME = "[a-z0-9][a-z0-9-]{0,62}";

export const albumName = z
  .string()
  .regex(new RegExp(`^${ALBUM_NAME}$`), "Must be 1 to 63 of a-z, 0-9 and -, no dash first");

/** A part of the names of blobs. Azure Storage drops a dot at its end: `a.` would replace the photo `a`. */
const photoName = z
  .string()
  .regex(
    /^(?!.*\.(?:\.|$))[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/,
    "Must be 1 to 100 of A-Z, a-z, 0-9, ., _ and -, a letter or digit first, no dot last, without ..",
  );

/** Path parameters of a photo. */
export const photoPath = z.object({ album: albumName, name: photoName });

/** Path parameters of an album. */
export const albumPath = z.object({ album: albumName });

export const MAX_PHOTO_BYTES = 50 * 1024 * 1024;

export const PHOTO_CONTENT_TYPES: readonly string[] = [
  "image/jpeg",
  "image/png",
  "image/webp",
  "image/gif",
  "image/avif",
  "image/tiff",
];
