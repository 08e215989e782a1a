import * as fc from "fast-check";

/** A line of a price list, after the heading. */
export const oddLine: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.constantFrom(
      "=1+1,1,EUR",
      ",,",
      '"',
      "x",
      "\u00e9,1,EUR",
      "",
      "a-3,1e309,EUR",
      "a-3,1e2,EUR",
      "a-3,-0,EUR",
      "a-3,-1,EUR",
      "a-3,+1,EUR",
      "a-3,0x10,EUR",
      "a-3,NaN,EUR",
      "a-3,Infinity,EUR",
      "a-3,0.001,EUR",
      'a-3,"1,5",EUR',
      "a-3,\u0663,EUR",
      "a-3,9007199254740993,EUR",
      "a-3,1,eur",
      "a-3,1,\uff25\uff35\uff32",
      "a-3, 1 , EUR ",
      "__proto__,1,EUR",
      "constructor,1,EUR",
      'a-3,1,"EUR',
      'a"3,1,EUR',
      'a-3,"1"x,EUR',
      '"a\n3",1,EUR',
      "a-3;1;EUR",
      "a-3\t1\tEUR",
      "a-3,1,EUR\u0000",
      "a-3,1,EUR\u2028a-4,1,EUR",
      "sku,price,currency",
      `a-3,${"9".repeat(5000)},EUR`,
      `${"a".repeat(17_000)},1,EUR`,
      ",".repeat(3000),
      '"'.repeat(3001),
    ),
  },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
);

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
const chunk = (type: string, data: Uint8Array) =>
  Buffer.concat([u32(data.length), Buffer.from(type), data, u32(0)]);
const png = (width: number, height: number, ...more: readonly Uint8Array[]) =>
  Buffer.concat([
    Buffer.from("\u0089PNG\r\n\u001a\n", "latin1"),
    chunk("IHDR", Buffer.concat([u32(width), u32(height), Buffer.of(8, 6, 0, 0, 0)])),
    ...more,
  ]);
const jpeg = (width: number, height: number) =>
  Buffer.of(
    0xff,
    0xd8,
    0xff,
    0xc0,
    0,
    11,
    8,
    height >> 8,
    height & 255,
    width >> 8,
    width & 255,
    1,
    1,
    17,
    0,
  );

/** Files that begin as a photo but are invalid, declare a huge size, or have circular references. */
export const oddPhoto: fc.Arbitrary<Uint8Array> = fc.oneof(
  fc.constantFrom(
    png(2 ** 32 - 1, 2 ** 32 - 1),
    png(0, 0),
    png(1, 1, chunk("IDAT", Buffer.from("x")), chunk("IEND", Buffer.of())),
    png(9999, 9999, chunk("IDAT", Buffer.alloc(100))),
    jpeg(65_535, 65_535),
    jpeg(0, 0),
    Buffer.of(0xff, 0xd8, 0xff),
    Buffer.from("GIF89a\u00ff\u00ff\u00ff\u00ff\u0000\u0000\u0000;", "latin1"),
    // The first directory of this TIFF is the next one, too.
    Buffer.from([0x49, 0x49, 42, 0, 8, 0, 0, 0, 0, 0, 8, 0, 0, 0]),
    Buffer.from("RIFF\u00ff\u00ff\u00ff\u007fWEBPVP8X\n\u0000\u0000\u0000", "latin1"),
    Buffer.from("\u0000\u0000\u0000\u0001ftypavif\u0000\u0000\u0000\u0000", "latin1"),
    Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><image href="file:///etc/passwd"/></svg>'),
    Buffer.from("%PDF-1.7"),
    Buffer.from("BM"),
  ),
  fc.uint8Array({ maxLength: 200 }),
);
