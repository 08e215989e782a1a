import { createRequire } from "node:module";
import path from "node:path";
import type * as tables from "@azure/data-tables";
import type * as blobs from "@azure/storage-blob";
import type * as queues from "@azure/storage-queue";
import { AppError } from "../app/app-error.ts";

/** The client library of each kind of storage. None is installed with this package: apps without bindings need none. */
interface Libraries {
  readonly queue: typeof queues;
  readonly blob: typeof blobs;
  readonly table: typeof tables;
}

export type StorageKind = keyof Libraries;

const PACKAGES: Readonly<Record<StorageKind, string>> = {
  queue: "@azure/storage-queue",
  blob: "@azure/storage-blob",
  table: "@azure/data-tables",
};

/** Finds the client libraries of Azure Storage from an app's folder, and loads them when they are needed. */
export class StorageLibraries {
  readonly #appFolder: string;

  constructor(appFolder: string) {
    this.#appFolder = appFolder;
  }

  /** What to install for a kind of storage; `undefined` if its library is installed. */
  refusal(kind: StorageKind): string | undefined {
    if (this.#find(kind) !== undefined) return undefined;
    return `The app's ${kind} bindings need a library that is not installed: npm install --save-dev ${PACKAGES[kind]}`;
  }

  /** @throws {AppError} when the library is not installed */
  async load<K extends StorageKind>(kind: K): Promise<Libraries[K]> {
    const found = this.#find(kind);
    if (found === undefined) throw new AppError(this.refusal(kind) ?? PACKAGES[kind]);
    // By name if it is the same copy, so that the ES module is loaded only once if the app has loaded it already.
    const isOwn = found === resolved(import.meta.filename, PACKAGES[kind]);
    const library: unknown = isOwn ? await import(PACKAGES[kind]) : createRequire(found)(found);
    return library as Libraries[K];
  }

  /** The app's copy, or this package's copy if the app has bundled its own. */
  #find(kind: StorageKind): string | undefined {
    const name = PACKAGES[kind];
    return resolved(path.join(this.#appFolder, "package.json"), name) ?? resolved(import.meta.filename, name);
  }
}

function resolved(from: string, name: string): string | undefined {
  try {
    return createRequire(from).resolve(name);
  } catch {
    return undefined;
  }
}
