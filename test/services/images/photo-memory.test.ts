import type { Metadata } from "sharp";
import { expect, test } from "vitest";
import { decodingBytes } from "../../../src/services/images/photo-memory.ts";

const photo = (change: Partial<Metadata> = {}) =>
  ({
    format: "jpeg",
    width: 4000,
    height: 3000,
    channels: 3,
    depth: "uchar",
    isProgressive: false,
    ...change,
  }) as Metadata;

test("a photo that is decoded line by line needs memory for its lines, by its channels", () => {
  expect(decodingBytes(photo())).toBe(4000 * 320 * 3 * 7.5);
  expect(decodingBytes(photo({ channels: 4 }))).toBe(4000 * 320 * 4 * 7.5);
  expect(decodingBytes(photo({ height: 100 }))).toBe(4000 * 100 * 3 * 7.5);
});

test("a progressive JPEG also needs its coefficients, 16 bits for each value, until the last pass", () => {
  expect(decodingBytes(photo({ isProgressive: true }))).toBe(4000 * 320 * 3 * 7.5 + 4000 * 3000 * 2 * 3);
});

test("a TIFF may be a single strip", () => {
  const held = decodingBytes(photo({ format: "tiff", depth: "ushort" })) - decodingBytes(photo());
  expect(held).toBeCloseTo(4000 * 3000 * 1.1 * 3 * 2);
});
