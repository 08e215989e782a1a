import type { StoredFile } from "../../storage/blob-bytes.ts";
import type { PriceLine } from "../supplier.ts";
import type { FailedLine } from "./price-list-reader.ts";

/** A part of a price list, in the order of its lines: what one step of an import works on. */
export interface Page {
  readonly valid: readonly PriceLine[];
  readonly invalid: readonly FailedLine[];
}

/**
 * What the steps of an import hand on to each other: histories hold page numbers, the lines are here. Writing
 * again replaces, so that a repeated step does no harm.
 */
export interface ImportFiles {
  writePage(importId: string, page: number, content: Page): Promise<void>;
  readPage(importId: string, page: number): Promise<Page>;
  /** Lines of a page that need a step of their own. */
  writeSingles(importId: string, page: number, lines: readonly PriceLine[]): Promise<void>;
  readSingles(importId: string, page: number): Promise<readonly PriceLine[]>;
  /** @param part tells apart what several steps write for one page */
  writeFailures(importId: string, page: number, part: number, lines: readonly FailedLine[]): Promise<void>;
  /** All failures of a page by line, its invalid lines among them. */
  readFailures(importId: string, page: number): Promise<readonly FailedLine[]>;
  writeDeadLetters(importId: string, csv: AsyncIterable<string>): Promise<void>;
  findDeadLetters(importId: string): Promise<StoredFile | undefined>;
  /** Deletes all but the dead letters. */
  discardPages(importId: string): Promise<void>;
  /** Deletes all of it; harmless when repeated. */
  remove(importId: string): Promise<void>;
}
