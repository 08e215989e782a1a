import { expect, test } from "vitest";
import { renditionPixels } from "../../../src/services/images/image-renderer.ts";

test("the pixels of a photo's renditions are those of all widths, each as high as the photo is", () => {
  expect(renditionPixels([100, 200], 0.5)).toBe(25_000);
  expect(renditionPixels([100], 2)).toBe(20_000);
});
