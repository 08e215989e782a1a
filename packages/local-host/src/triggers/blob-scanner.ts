import type { ContainerClient } from "@azure/storage-blob";
import type { BlobPattern } from "./blob-pattern.ts";
import { receiptKey } from "./blob-receipts.ts";
import type { BlobReceipts, BlobVersion } from "./blob-receipts.ts";
import { Poller } from "./poller.ts";

/** The Functions host scans every 10 seconds, on a Consumption plan every few minutes. */
const INTERVAL_MS = 1000;

interface ScannerParts {
  readonly pattern: BlobPattern;
  readonly container: () => Promise<ContainerClient>;
  readonly receipts: BlobReceipts;
  readonly passOn: (version: BlobVersion) => Promise<void>;
  /** Called with the reason if the container cannot be read; once, not at every scan. */
  readonly tellFault: (message: string) => void;
}

/** Scans a container for new versions of blobs at intervals, and passes each one on once. */
export class BlobScanner {
  readonly #parts: ScannerParts;
  readonly #poller: Poller;
  /** By storage's clock: versions that were written before this time have been seen. */
  #since = new Date(0);
  /** Versions that a scan finds again and that were already passed on. */
  #known: ReadonlySet<string> | undefined;

  constructor(parts: ScannerParts) {
    this.#parts = parts;
    this.#poller = new Poller({
      look: (signal) => this.#scan(signal),
      shortestPauseMs: INTERVAL_MS,
      longestPauseMs: INTERVAL_MS,
      tellFault: parts.tellFault,
    });
  }

  start(): void {
    this.#poller.start();
  }

  stop(): Promise<void> {
    return this.#poller.stop();
  }

  /** Never immediately again, because a scan reads the whole container. */
  async #scan(signal: AbortSignal): Promise<false> {
    const { pattern, receipts, passOn } = this.#parts;
    const container = await this.#parts.container();
    const known = this.#known ?? (await receipts.all());
    const stillToCome = new Set<string>();
    let began: Date | undefined;
    const pages = container.listBlobsFlat({ abortSignal: signal }).byPage();
    for await (const { date, segment } of pages) {
      // Blobs that are written from now on may belong to a page that was already read. Dates are in whole seconds.
      began ??= date ?? this.#since;
      for (const { name, properties } of segment.blobItems) {
        if (properties.lastModified < this.#since || pattern.match(name) === undefined) continue;
        const version = { container: container.containerName, blob: name, etag: quoted(properties.etag) };
        const key = receiptKey(version);
        if (!known.has(key)) {
          await passOn(version);
          await receipts.add(version);
        }
        if (properties.lastModified >= began) stillToCome.add(key);
      }
      if (signal.aborted) return false;
    }
    this.#since = began ?? this.#since;
    this.#known = stillToCome;
    return false;
  }
}

/** ETags have no quotes in listings, but have them in properties. */
export function quoted(etag: string | undefined): string {
  return `"${(etag ?? "").replaceAll('"', "")}"`;
}
