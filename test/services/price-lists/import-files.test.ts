import { randomUUID } from "node:crypto";
import { expect, test, vi } from "vitest";
import { BlobImportFiles } from "../../../src/services/price-lists/blob-import-files.ts";
import { testStorage } from "../../support/storage.ts";

const storage = testStorage();
const files = new BlobImportFiles(storage);
const FAILURE = { line: 1, sku: "print", price: "1.00", currency: "EUR", reason: "Refused" };

/** The blob that says so. */
const DISCARDED = ["discarded"];

async function anImport(): Promise<string> {
  const id = `import-${randomUUID()}`;
  await files.writePage(id, 0, EMPTY);
  return id;
}

async function namesOf(id: string): Promise<string[]> {
  const container = await storage.container("imports");
  const blobs = await Array.fromAsync(container.listBlobsFlat({ prefix: `${id}/` }));
  return blobs.map(({ name }) => name.slice(id.length + 1));
}

const EMPTY = { valid: [], invalid: [] };

const writeForPage = (id: string) =>
  Promise.all([files.writeFailures(id, 0, 0, [FAILURE]), files.writeIndividualLines(id, 0, [])]);

/** What all steps of an import write. */
const writeLate = (id: string) => Promise.all([files.writePage(id, 0, EMPTY), writeForPage(id)]);

test("what is written for a page is kept until the pages are discarded", async () => {
  const id = await anImport();
  await writeForPage(id);
  expect(await files.readFailures(id, 0)).toEqual([FAILURE]);
  await files.discardPages(id);
  expect(await namesOf(id)).toEqual(DISCARDED);
  await files.remove(id);
  expect(await namesOf(id)).toEqual([]);
});

test("the failures of all parts of a page are read in the order of their lines", async () => {
  const id = `import-${randomUUID()}`;
  const [second, third, fifth] = [2, 3, 5].map((line) => ({
    ...FAILURE,
    line,
    reason: `Größer als ${line}`,
  }));
  await files.writePage(id, 0, { valid: [], invalid: [third] } as never);
  await files.writeFailures(id, 0, 0, [fifth] as never);
  await files.writeFailures(id, 0, 1, [second] as never);
  expect(await files.readFailures(id, 0)).toEqual([second, third, fifth]);
});

test("a step for a page that runs again after the import was removed leaves nothing", async () => {
  const id = await anImport();
  await files.remove(id);
  await writeForPage(id);
  expect(await namesOf(id)).toEqual([]);
});

test("a step that runs again after the pages were discarded leaves nothing", async () => {
  const id = await anImport();
  await files.discardPages(id);
  await writeLate(id);
  expect(await namesOf(id)).toEqual(DISCARDED);
});

test("what is written when the pages to discard have been listed, and are still there, is deleted, too", async () => {
  const id = await anImport();
  const container = await storage.container("imports");
  const list = container.listBlobsFlat.bind(container);
  async function* listThenWrite(...options: Parameters<typeof list>) {
    const listed = await Array.fromAsync(list(...options));
    await writeLate(id);
    yield* listed;
  }
  vi.spyOn(container, "listBlobsFlat").mockImplementationOnce(listThenWrite as unknown as typeof list);
  await files.discardPages(id);
  expect(await namesOf(id)).toEqual(DISCARDED);
});

test("a step that runs again while the pages are discarded leaves nothing", async () => {
  const ids = await Promise.all(Array.from({ length: 20 }, anImport));
  await Promise.all(ids.map((id) => Promise.all([files.discardPages(id), writeLate(id), writeLate(id)])));
  expect(await Promise.all(ids.map(namesOf))).toEqual(ids.map(() => DISCARDED));
});
