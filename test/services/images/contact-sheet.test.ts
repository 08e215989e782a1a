import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate } from "node:timers/promises";
import sharp from "sharp";
import { expect, test } from "vitest";
import { contactSheetLayout } from "../../../src/services/images/contact-sheet-page.ts";
import type { ContactSheetCell } from "../../../src/services/images/image-renderer.ts";
import { SharpRenderer } from "../../../src/services/images/sharp-renderer.ts";
import { pixel, quarters } from "./pictures.ts";

const renderer = new SharpRenderer({ photosInFlight: 2 });
const picture = await quarters();

const cells = (count: number): ContactSheetCell[] =>
  Array.from({ length: count }, (_, index) => ({
    kind: "picture",
    caption: `p${index}.jpg`,
    load: () => Promise.resolve(picture),
  }));

const sheetOf = (shown: readonly ContactSheetCell[]) => ({
  title: "album",
  subtitle: "photos",
  cells: shown,
});

test.each([0, 1, 5, 41, 120])("%i pictures are on the page and do not overlap", (count) => {
  const { places, width, height } = contactSheetLayout(sheetOf(cells(count)), true);
  expect(places).toHaveLength(count);
  expect(new Set(places.map(({ left, top }) => `${left} ${top}`)).size).toBe(count);
  for (const { left, top } of places) {
    expect(left >= 0 && left + 240 <= width && top >= 0 && top + 180 <= height).toBe(true);
  }
  // About as wide as high, and small enough to open.
  expect(width).toBeLessThan(3000);
  expect(height).toBeLessThan(3500);
});

test("names and reasons are escaped", async () => {
  const odd = `<script>&"'\u0000\n`;
  const missing: ContactSheetCell = { kind: "missing", caption: odd, reason: `${odd} ${"x".repeat(300)}` };
  const { svg } = contactSheetLayout({ title: odd, subtitle: odd, cells: [missing] }, true);
  expect(svg).not.toContain("<script");
  expect(svg).not.toMatch(/\p{Cc}/u);
  const sheet = await renderer.drawContactSheet({ title: odd, subtitle: odd, cells: [missing] });
  expect((await sharp(sheet).metadata()).format).toBe("jpeg");
});

test.each([10, 100, 255])("a title of %i letters fits between the margins", (letters) => {
  const { svg, width } = contactSheetLayout({ ...sheetOf([]), title: "m".repeat(letters) }, true);
  const [, size = ""] = /font-size="(\d+)" font-weight="bold"/.exec(svg) ?? [];
  expect(Number(size)).toBeGreaterThan(0);
  expect(Number(size)).toBeLessThanOrEqual(34);
  expect(Number(size) * letters * 0.62).toBeLessThanOrEqual(width - 2 * 48);
});

test("four pictures are read at a time", async () => {
  let [open, most] = [0, 0];
  const load = async () => {
    most = Math.max(most, ++open);
    await setImmediate();
    open -= 1;
    return picture;
  };
  await renderer.drawContactSheet(sheetOf(cells(20).map((cell) => ({ ...cell, load }))));
  expect(most).toBe(4);
});

test("the pictures are on the page, in the correct orientation", async () => {
  const sheet = await renderer.drawContactSheet(sheetOf(cells(2)));
  const [place] = contactSheetLayout(sheetOf(cells(2)), true).places;
  const [red = 0, green = 0] = await pixel(sheet, (place?.left ?? 0) + 20, (place?.top ?? 0) + 30);
  expect(red).toBeGreaterThan(180);
  expect(green).toBeLessThan(80);
});

test("a picture that is smaller than its cell is centred and not enlarged", async () => {
  const red = { width: 40, height: 40, channels: 3, background: "red" } as const;
  const small = await sharp({ create: red }).png().toBuffer();
  const shown = sheetOf([{ kind: "picture", caption: "small.png", load: () => Promise.resolve(small) }]);
  const sheet = await renderer.drawContactSheet(shown);
  const { left = 0, top = 0 } = contactSheetLayout(shown, true).places[0] ?? {};
  const greenAt = async (x: number, y: number) => (await pixel(sheet, left + x, top + y))[1] ?? 0;
  expect(await greenAt(120, 90)).toBeLessThan(80);
  for (const [x, y] of [
    [88, 90],
    [152, 90],
    [120, 58],
    [120, 122],
  ] as const) {
    expect(await greenAt(x, y)).toBeGreaterThan(180);
  }
});

test("a photo that could not be rendered has a cross in its card, with and without fonts", () => {
  const cell: ContactSheetCell = { kind: "missing", caption: "p.jpg", reason: "damaged" };
  for (const hasText of [true, false]) {
    const { svg } = contactSheetLayout(sheetOf([cell]), hasText);
    const numbers = (pattern: RegExp) => pattern.exec(svg)?.slice(1).map(Number) ?? [];
    const [x = 0, y = 0, width = 0, height = 0] = numbers(
      /x="([\d.]+)" y="([\d.]+)" width="(\d+)" height="(\d+)" rx/,
    );
    const [cx = 0, cy = 0, radius = 0] = numbers(/cx="([\d.]+)" cy="([\d.]+)" r="(\d+)"/);
    expect([cx - radius > x, cx + radius < x + width, cy - radius > y, cy + radius < y + height]).toEqual(
      Array.from({ length: 4 }, () => true),
    );
    // A caption moves the cross up.
    expect([cx, cy]).toEqual([x + width / 2, hasText ? cy : y + height / 2]);
    // Two strokes of 14 pixels, around the middle of the circle.
    expect(svg).toContain(`<path d="M${cx - 7} ${cy - 7} l14 14 m0 -14 l-14 14"`);
  }
});

test("on a machine without fonts there is no area for text, instead of boxes for letters", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "no-fonts-"));
  const fonts = path.join(folder, "fonts.conf");
  writeFileSync(fonts, '<?xml version="1.0"?><fontconfig></fontconfig>');
  const renderer = path.resolve("src/services/images/sharp-renderer.ts");
  const program = `
    import { SharpRenderer } from ${JSON.stringify(renderer)};
    const sheet = { title: "album", subtitle: "photos", cells: [] };
    const page = await new SharpRenderer({ photosInFlight: 1 }).drawContactSheet(sheet);
    process.stdout.write(Buffer.from(page));`;
  const bare = execFileSync(process.execPath, ["--input-type=module", "--eval", program], {
    env: { ...process.env, FONTCONFIG_FILE: fonts },
  });
  rmSync(folder, { recursive: true });
  expect((await sharp(bare).metadata()).height).toBe(contactSheetLayout(sheetOf([]), false).height);
});
