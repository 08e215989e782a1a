/** The file kinds that are decoded, by their first bytes. */
const SIGNATURES: readonly { readonly kind: string; readonly matches: (head: Buffer) => boolean }[] = [
  { kind: "jpeg", matches: (head) => head.readUIntBE(0, 3) === 0xffd8ff },
  { kind: "png", matches: (head) => head.readUInt32BE(0) === 0x89504e47 },
  { kind: "gif", matches: (head) => text(head, 0, 4) === "GIF8" },
  { kind: "webp", matches: (head) => text(head, 0, 4) === "RIFF" && text(head, 8, 12) === "WEBP" },
  {
    kind: "avif",
    matches: (head) => text(head, 4, 8) === "ftyp" && /^(avi[fs]|mif1|miaf)$/.test(text(head, 8, 12)),
  },
  { kind: "tiff", matches: (head) => /^(II\*\0|MM\0\*)$/.test(text(head, 0, 4)) },
];

const text = (bytes: Buffer, start: number, end: number) => bytes.toString("latin1", start, end);

/**
 * The kind of an image file. Checked before any decoder reads the file: libvips would also accept formats such as SVG,
 * which can contain programs.
 */
export function photoKind(file: Uint8Array): string | undefined {
  const head = asBuffer(file);
  return head.length < 12 ? undefined : SIGNATURES.find(({ matches }) => matches(head))?.kind;
}

/** The size from the first bytes of a GIF or WebP; libvips would need the whole file. */
export function sizeInFirstBytes(file: Uint8Array): { width: number; height: number } | undefined {
  const head = asBuffer(file);
  if (head.length < 30) return undefined;
  const kind = photoKind(file);
  if (kind === "gif") return { width: head.readUInt16LE(6), height: head.readUInt16LE(8) };
  return kind === "webp" ? webpSize(head) : undefined;
}

/** Three layouts: extended, lossless and lossy (the WebP container specification, and RFC 6386 for the last). */
function webpSize(head: Buffer): { width: number; height: number } | undefined {
  switch (text(head, 12, 16)) {
    case "VP8X":
      return { width: head.readUIntLE(24, 3) + 1, height: head.readUIntLE(27, 3) + 1 };
    case "VP8L": {
      const bits = head.readUInt32LE(21);
      return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
    }
    case "VP8 ":
      return { width: head.readUInt16LE(26) & 0x3fff, height: head.readUInt16LE(28) & 0x3fff };
    default:
      return undefined;
  }
}

const asBuffer = (bytes: Uint8Array) => Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
