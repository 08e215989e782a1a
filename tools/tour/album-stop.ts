import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../run.ts";
import { bar } from "./screen.ts";
import { expectSame, type Stop } from "./stop.ts";

interface Progress {
  readonly total: number;
  readonly done: number;
  readonly failed: number;
}

interface Result {
  readonly kind: string;
  readonly photos: number;
  readonly renditions: number;
  readonly failures: readonly { readonly name: string; readonly reason: string }[];
  readonly manifest: string;
  readonly contactSheet: string;
}

const SAMPLES = join(ROOT, "samples", "photos");
const WIDTHS = [320, 1280];

export const albumStop: Stop = {
  pattern: "Fan-out/fan-in",
  story:
    "The photos of an album are rendered in parallel, a bounded number at a time, and brought together in a\n" +
    "manifest and a contact sheet. One broken photo is reported and does not fail the album.",
  code: "src/patterns/image-fan-out/renditions.orchestrator.ts",
  async run(api, screen) {
    const album = `tour-${randomBytes(4).toString("hex")}`;
    const photos = (await readdir(SAMPLES)).filter((name) => /\.jpe?g$/i.test(name));
    for (const [index, name] of photos.entries()) {
      screen.live(`  uploading ${bar(index, photos.length)}`);
      const bytes = new Uint8Array(await readFile(join(SAMPLES, name)));
      await api.put(`/api/albums/${album}/photos/${name}`, bytes, "image/jpeg");
    }
    const notAPhoto = new Uint8Array(Buffer.from("This is a text file with the name .jpg"));
    await api.put(`/api/albums/${album}/photos/not-a-photo.jpg`, notAPhoto, "image/jpeg");
    screen.good(`${photos.length + 1} files uploaded to the album ${album}, one of them not a photo`);

    const started = await api.post<{ links: { self: string } }>(`/api/albums/${album}/renditions`, {
      widths: WIDTHS,
      format: "webp",
    });
    const rendered = await api.watch<Progress, Result>(started.links.self, ({ progress }) => {
      screen.live(`  rendering ${bar(progress.done + progress.failed, progress.total)}`);
    });
    const { result } = rendered;
    expectSame("the album", [rendered.status, result?.kind], ["completed", "rendered"]);
    if (!result) return;
    expectSame(
      "photos that failed",
      result.failures.map(({ name }) => name),
      ["not-a-photo.jpg"],
    );
    expectSame("renditions", result.renditions, photos.length * WIDTHS.length);
    screen.good(
      `${result.renditions} renditions of ${photos.length} photos, ${WIDTHS.join(" and ")} pixels wide`,
    );
    for (const { name, reason } of result.failures) screen.dim(`    failed  ${name}: ${reason}`);

    const file = join(
      ROOT,
      ".local",
      `contact-sheet-${album}${/\.\w+$/.exec(result.contactSheet)?.[0] ?? ""}`,
    );
    await mkdir(join(ROOT, ".local"), { recursive: true });
    await writeFile(file, await api.bytes(result.contactSheet));
    screen.good(`the contact sheet is saved in ${file}`);
  },
};
