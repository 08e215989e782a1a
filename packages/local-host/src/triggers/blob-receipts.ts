import { createHash } from "node:crypto";
import type { ContainerClient } from "@azure/storage-blob";
import type { AppFunction } from "../app/app-function.ts";
import type { LoadedApp } from "../app/loaded-app.ts";
import type { StorageConnections } from "./storage-connection.ts";

const CONTAINER = "azure-webjobs-hosts";

/** A version of a blob: every write creates another one. */
export interface BlobVersion {
  readonly container: string;
  readonly blob: string;
  /** In quotes. */
  readonly etag: string;
}

/** Identifies an app among several that share a storage account; does not change between starts. */
export function hostId(app: LoadedApp): string {
  const own = app.environment.get("AzureFunctionsWebHost__hostid");
  if (own !== undefined && own !== "") return own.toLowerCase();
  return `local-${createHash("sha256").update(app.folder).digest("hex").slice(0, 24)}`;
}

/** A function's name in receipts and messages. */
export function functionId({ name }: Pick<AppFunction, "name">): string {
  return `Host.Functions.${name}`;
}

/**
 * Which versions of blobs were passed to one function, stored where the Functions host stores it, for the next start.
 */
export class BlobReceipts {
  readonly #prefix: string;
  readonly #connections: StorageConnections;

  constructor(host: string, fn: AppFunction, connections: StorageConnections) {
    this.#prefix = `blobreceipts/${host}/${functionId(fn)}/`;
    this.#connections = connections;
  }

  /** The keys of all versions that have a receipt. */
  async all(): Promise<Set<string>> {
    const keys = new Set<string>();
    for await (const { name } of (await this.#container()).listBlobsFlat({ prefix: this.#prefix })) {
      keys.add(name.slice(this.#prefix.length));
    }
    return keys;
  }

  async add(version: BlobVersion): Promise<void> {
    const receipt = (await this.#container()).getBlockBlobClient(`${this.#prefix}${receiptKey(version)}`);
    await receipt.upload("", 0);
  }

  async #container(): Promise<ContainerClient> {
    const container = (await this.#connections.blobs(undefined)).getContainerClient(CONTAINER);
    await container.createIfNotExists();
    return container;
  }
}

export function receiptKey({ container, blob, etag }: BlobVersion): string {
  return `${etag}/${container}/${blob}`;
}
