import { expect, test } from "vitest";
import { megapixels, renditionPixels } from "../../../src/services/images/image-renderer.ts";

test("the pixels of all renditions are added, with the aspect ratio of the photo", () => {
  expect(renditionPixels([100, 200], 0.5)).toBe(25_000);
  expect(renditionPixels([100], 2)).toBe(20_000);
});

test("pixels are written in millions", () => {
  expect(megapixels(12_345_678)).toBe("12.3");
});
