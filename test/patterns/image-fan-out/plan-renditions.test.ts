import { InvocationContext } from "@azure/functions";
import { expect, test } from "vitest";
import { contactSheetOf } from "../../../src/patterns/image-fan-out/files/contact-sheet.ts";
import type { PhotoOutcome } from "../../../src/patterns/image-fan-out/lanes/lane.contract.ts";
import { createRenditionActivities } from "../../../src/patterns/image-fan-out/renditions.activities.ts";
import type { Services } from "../../../src/services/services.ts";

/** The bounds of a large album, on services that keep nothing. */

const RENDERING = { album: "large", id: "rendition-1" };

function step(name: string, services: unknown) {
  const activity = createRenditionActivities(services as Services).find((each) => each.name === name);
  return (input: object) => activity?.handler(input, new InvocationContext({ functionName: name }));
}

const nameOf = (index: number) => `p${index}.jpg`;

test("an album with too many photos is refused, and not listed to its end", async () => {
  let pages = 0;
  const albums = {
    async listPhotos(_album: string, { pageSize }: { readonly pageSize: number }) {
      const photos = Array.from({ length: pageSize }, (_, index) => ({
        name: nameOf(pages * pageSize + index),
      }));
      return { photos, continuation: `page ${++pages}` };
    },
  };
  const plan = step("planRenditions", { albums, renditions: { open: async () => undefined } });
  const refusal = { kind: "refused", reason: "The album has more than 20000 photos" };
  expect(await plan({ ...RENDERING, widths: [320], format: "webp" })).toEqual(refusal);
  expect(pages).toBe(5);
});

test("the result names the first hundred failures, and the manifest all", async () => {
  const outcomes = Array.from({ length: 150 }, (_, index): PhotoOutcome => ({
    kind: "failed",
    name: nameOf(index),
    reason: "Damaged",
  }));
  const written: string[] = [];
  const renditions = {
    read: async () => Buffer.from(JSON.stringify(outcomes)),
    async write(_rendering: object, files: readonly { readonly data: string }[]) {
      written.push(...files.map(({ data }) => data));
      return "kept";
    },
  };
  const writeManifest = step("writeManifest", { renditions });
  const result = await writeManifest({ ...RENDERING, pages: 1, format: "webp" });
  expect(result).toMatchObject({ failures: { length: 100 } });
  expect(JSON.parse(written[0] ?? "")).toMatchObject({ failures: { length: 150 } });
});

test("a contact sheet has an even selection of a large album", () => {
  const failures = Array.from({ length: 1200 }, (_, index) => ({
    name: `p${String(index).padStart(4, "0")}.jpg`,
    reason: "Damaged",
  }));
  const manifest = { album: "large", format: "webp" as const, photos: [], failures };
  const { subtitle, cells } = contactSheetOf(manifest, () => Promise.resolve(new Uint8Array()));
  expect(cells.map(({ caption }) => caption)).toEqual(
    failures.filter((_, index) => index % 10 === 0).map(({ name }) => name),
  );
  expect(subtitle).toContain("120 of 1,200 photos");
});
