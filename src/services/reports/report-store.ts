import type { StoredFile } from "../../storage/blob-bytes.ts";

/** What the making of a report leaves: interim results, by which its steps hand work on, and the file itself. */
export interface ReportStore {
  /**
   * Keeps the interim result of a step, unless there is one: answers the one that counts. A step that runs twice
   * may have seen other data the second time, and the next step may have built on the first already.
   */
  keepInterim<T extends object>(reportId: string, step: number, result: T): Promise<T>;
  interim<T extends object>(reportId: string, step: number): Promise<T | undefined>;
  /** Writes the file, in place of one that is there. */
  writeFile(reportId: string, csv: string): Promise<void>;
  /** What the file is, before it is read; undefined if there is none. */
  findFile(reportId: string): Promise<StoredFile | undefined>;
  /** Deletes all of it; harmless when repeated. */
  remove(reportId: string): Promise<void>;
}
