import type { StoredFile } from "../../storage/blob-bytes.ts";

/** The files of a report: the interim results that its steps pass on, and the final file. */
export interface ReportStore {
  /**
   * Stores the interim result of a step, unless there is one already. Returns the stored one: if a step runs twice, its
   * second result may differ, and the next step may already have used the first.
   */
  keepInterim<T extends object>(reportId: string, step: number, result: T): Promise<T>;
  interim<T extends object>(reportId: string, step: number): Promise<T | undefined>;
  /** Writes the file; replaces an existing one. */
  writeFile(reportId: string, csv: string): Promise<void>;
  /** The file's metadata; undefined if it does not exist. */
  findFile(reportId: string): Promise<StoredFile | undefined>;
  /** Deletes all files; can be repeated. */
  remove(reportId: string): Promise<void>;
}
