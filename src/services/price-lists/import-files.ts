import type { StoredFile } from "../../storage/blob-bytes.ts";
import type { PriceLine } from "../supplier.ts";
import type { FailedLine } from "./price-list-reader.ts";

/** A part of a price list, in the order of its lines: one step of an import handles one page. */
export interface Page {
  readonly valid: readonly PriceLine[];
  readonly invalid: readonly FailedLine[];
}

/**
 * The files that the steps of an import exchange: histories contain page numbers, the lines are here. A second write
 * replaces the first, so a repeated step does no harm.
 */
export interface ImportFiles {
  writePage(importId: string, page: number, content: Page): Promise<void>;
  readPage(importId: string, page: number): Promise<Page>;
  /** The individual lines of a page, for which the supplier requires separate calls. */
  writeIndividualLines(importId: string, page: number, lines: readonly PriceLine[]): Promise<void>;
  readIndividualLines(importId: string, page: number): Promise<readonly PriceLine[]>;
  /** @param part distinguishes what several steps write for one page */
  writeFailures(importId: string, page: number, part: number, lines: readonly FailedLine[]): Promise<void>;
  /** All failures of a page in the order of the lines, including its invalid lines. */
  readFailures(importId: string, page: number): Promise<readonly FailedLine[]>;
  writeDeadLetters(importId: string, csv: AsyncIterable<string>): Promise<void>;
  findDeadLetters(importId: string): Promise<StoredFile | undefined>;
  /** Deletes everything except the dead letters. Steps that run again later leave nothing. */
  discardPages(importId: string): Promise<void>;
  /** Deletes everything; can be repeated. */
  remove(importId: string): Promise<void>;
}
