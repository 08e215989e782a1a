import { Readable } from "node:stream";
import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import { deleteBlobs, jsonOf, storedFile, type StoredFile } from "../../storage/blob-bytes.ts";
import type { Storage } from "../../storage/storage.ts";
import type { PriceLine } from "../supplier.ts";
import type { ImportFiles, Page } from "./import-files.ts";
import type { FailedLine } from "./price-list-reader.ts";

/** The blob that tells a late step that the pages were discarded. It is kept as long as the import. */
const DISCARDED = "discarded";

/** Blobs `<import>/pages/<page>/…` and `<import>/dead-letters.csv`. */
export class BlobImportFiles implements ImportFiles {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async writePage(importId: string, page: number, content: Page): Promise<void> {
    const name = `${importId}/pages/${page}/lines.json`;
    await this.#write(name, content);
    if (await this.#isDiscarded(importId)) await (await this.#blob(name)).deleteIfExists();
  }

  readPage(importId: string, page: number): Promise<Page> {
    return this.#read(`${importId}/pages/${page}/lines.json`);
  }

  writeIndividualLines(importId: string, page: number, lines: readonly PriceLine[]): Promise<void> {
    return this.#writeForPage(importId, page, "singles.json", lines);
  }

  readIndividualLines(importId: string, page: number): Promise<readonly PriceLine[]> {
    return this.#read(`${importId}/pages/${page}/singles.json`);
  }

  writeFailures(importId: string, page: number, part: number, lines: readonly FailedLine[]): Promise<void> {
    return this.#writeForPage(importId, page, `failures/${part}.json`, lines);
  }

  async readFailures(importId: string, page: number): Promise<readonly FailedLine[]> {
    const { invalid } = await this.readPage(importId, page);
    const failures = [...invalid];
    const prefix = `${importId}/pages/${page}/failures/`;
    for await (const { name } of (await this.#container()).listBlobsFlat({ prefix })) {
      failures.push(...(await this.#read<readonly FailedLine[]>(name)));
    }
    return failures.sort((one, other) => one.line - other.line);
  }

  async writeDeadLetters(importId: string, csv: AsyncIterable<string>): Promise<void> {
    const blob = await this.#blob(`${importId}/dead-letters.csv`);
    const blobHTTPHeaders = { blobContentType: "text/csv; charset=utf-8" };
    await blob.uploadStream(Readable.from(csv, { objectMode: false }), undefined, 2, { blobHTTPHeaders });
  }

  async findDeadLetters(importId: string): Promise<StoredFile | undefined> {
    return storedFile(await this.#blob(`${importId}/dead-letters.csv`));
  }

  /**
   * First says that the pages are discarded, and then lists the blobs. A step looks after it has written. So either
   * this call sees the blob, or the step sees that its page was discarded.
   */
  async discardPages(importId: string): Promise<void> {
    await (await this.#blob(`${importId}/${DISCARDED}`)).upload("", 0);
    await deleteBlobs(await this.#container(), `${importId}/pages/`);
  }

  async remove(importId: string): Promise<void> {
    await deleteBlobs(await this.#container(), `${importId}/`);
  }

  /** Leaves nothing, either, after the whole import was removed. */
  async #writeForPage(importId: string, page: number, name: string, content: object): Promise<void> {
    const folder = `${importId}/pages/${page}`;
    await this.#write(`${folder}/${name}`, content);
    const isThere = await (await this.#blob(`${folder}/lines.json`)).exists();
    if (isThere && !(await this.#isDiscarded(importId))) return;
    await (await this.#blob(`${folder}/${name}`)).deleteIfExists();
  }

  async #isDiscarded(importId: string): Promise<boolean> {
    return (await this.#blob(`${importId}/${DISCARDED}`)).exists();
  }

  async #write(name: string, content: object): Promise<void> {
    const text = JSON.stringify(content);
    await (await this.#blob(name)).upload(text, Buffer.byteLength(text));
  }

  /** @throws {Error} if there is no such file, because it was discarded and this call is a late repetition */
  async #read<T>(name: string): Promise<T> {
    const value = await jsonOf<T>(await this.#blob(name));
    if (value === undefined) throw new Error(`The import has no file ${name} any more`);
    return value;
  }

  async #blob(name: string): Promise<BlockBlobClient> {
    return (await this.#container()).getBlockBlobClient(name);
  }

  #container(): Promise<ContainerClient> {
    return this.#storage.container("imports");
  }
}
