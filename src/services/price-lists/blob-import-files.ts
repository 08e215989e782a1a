import { Readable } from "node:stream";
import type { BlockBlobClient, ContainerClient } from "@azure/storage-blob";
import { deleteBlobs, jsonOf, storedFile, type StoredFile } from "../../storage/blob-bytes.ts";
import type { Storage } from "../../storage/storage.ts";
import type { PriceLine } from "../supplier.ts";
import type { ImportFiles, Page } from "./import-files.ts";
import type { FailedLine } from "./price-list-reader.ts";

/** Blobs `<import>/pages/<page>/…` and `<import>/dead-letters.csv`. */
export class BlobImportFiles implements ImportFiles {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  writePage(importId: string, page: number, content: Page): Promise<void> {
    return this.#write(`${importId}/pages/${page}/lines.json`, content);
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

  async discardPages(importId: string): Promise<void> {
    // The second time deletes what was written during the first, while the page was still there.
    for (let time = 0; time < 2; time++) await deleteBlobs(await this.#container(), `${importId}/pages/`);
  }

  async remove(importId: string): Promise<void> {
    await deleteBlobs(await this.#container(), `${importId}/`);
  }

  /** A late repetition leaves nothing: after it has written, it looks whether its page was discarded. */
  async #writeForPage(importId: string, page: number, name: string, content: object): Promise<void> {
    const folder = `${importId}/pages/${page}`;
    await this.#write(`${folder}/${name}`, content);
    if (await (await this.#blob(`${folder}/lines.json`)).exists()) return;
    await (await this.#blob(`${folder}/${name}`)).deleteIfExists();
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
