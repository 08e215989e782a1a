import { deleteBlobs, jsonOf, storedFile, type StoredFile } from "../../storage/blob-bytes.ts";
import { type Storage, unlessRefused } from "../../storage/storage.ts";
import type { ReportStore } from "./report-store.ts";

const CSV = "text/csv; charset=utf-8";

/** Reports as blobs: `<id>/interim-<step>.json` and `<id>/report.csv`. */
export class BlobReportStore implements ReportStore {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  async keepInterim<T extends object>(reportId: string, step: number, result: T): Promise<T> {
    const blob = (await this.#interim(reportId, step)).getBlockBlobClient();
    const text = JSON.stringify(result);
    const upload = blob.upload(text, Buffer.byteLength(text), { conditions: { ifNoneMatch: "*" } });
    // Services and emulators return different statuses if the blob exists.
    if (await unlessRefused(upload, 409, 412)) return result;
    const first = await this.interim<T>(reportId, step);
    // Only a deletion of the whole report can have happened between the two calls.
    if (!first) throw new Error(`The report ${reportId} has been deleted`);
    return first;
  }

  async interim<T extends object>(reportId: string, step: number): Promise<T | undefined> {
    return jsonOf<T>(await this.#interim(reportId, step));
  }

  async writeFile(reportId: string, csv: string): Promise<void> {
    const blob = (await this.#file(reportId)).getBlockBlobClient();
    await blob.upload(csv, Buffer.byteLength(csv), { blobHTTPHeaders: { blobContentType: CSV } });
  }

  async findFile(reportId: string): Promise<StoredFile | undefined> {
    return storedFile(await this.#file(reportId));
  }

  async remove(reportId: string): Promise<void> {
    await deleteBlobs(await this.#storage.container("reports"), `${reportId}/`);
  }

  async #interim(reportId: string, step: number) {
    return (await this.#storage.container("reports")).getBlobClient(`${reportId}/interim-${step}.json`);
  }

  async #file(reportId: string) {
    return (await this.#storage.container("reports")).getBlobClient(`${reportId}/report.csv`);
  }
}
