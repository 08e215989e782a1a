import type { BlobGetPropertiesResponse } from "@azure/storage-blob";
import type { AppFunction } from "../app/app-function.ts";
import { AppError } from "../app/app-error.ts";
import type { AppEnvironment } from "../app/app-environment.ts";
import type { TypedData } from "../app/typed-data.ts";
import { BlobPattern } from "./blob-pattern.ts";
import { blobProperties } from "./blob-properties.ts";
import type { FunctionCalls } from "./function-call.ts";
import { splitBlobPath } from "./storage-connection.ts";
import type { StorageConnections } from "./storage-connection.ts";
import { isNotFound } from "./storage-error.ts";

/** Calls functions with a blob trigger, with the blob's bytes and metadata. */
export class BlobCalls {
  readonly #calls: FunctionCalls;
  readonly #connections: StorageConnections;
  readonly #environment: AppEnvironment;

  constructor(calls: FunctionCalls, connections: StorageConnections, environment: AppEnvironment) {
    this.#calls = calls;
    this.#connections = connections;
    this.#environment = environment;
  }

  /** @throws {AppError} when the Functions host would refuse the path of the trigger */
  pattern(fn: AppFunction): BlobPattern {
    return new BlobPattern(this.#environment.resolve(fn.trigger.binding.path ?? ""));
  }

  /**
   * Calls a function with the current content of a blob; resolves with whether it succeeded.
   *
   * @param isWanted is called before the blob is read; false skips the call
   * @param more additional metadata
   */
  async call(
    fn: AppFunction,
    { container, blob }: { readonly container: string; readonly blob: string },
    isWanted: (properties: BlobGetPropertiesResponse) => boolean,
    more: Readonly<Record<string, TypedData>> = {},
  ): Promise<boolean> {
    const service = await this.#connections.blobs(fn.trigger.binding.connection);
    const client = service.getContainerClient(container).getBlobClient(blob);
    const properties = await client.getProperties();
    if (!isWanted(properties)) return true;
    const bytes = properties.contentLength === 0 ? Buffer.alloc(0) : await client.downloadToBuffer();
    const pattern = this.pattern(fn);
    const outcome = await this.#calls.call(
      fn,
      { bytes },
      {
        BlobTrigger: text(`${container}/${blob}`),
        Uri: text(client.url),
        Properties: json(blobProperties(properties)),
        Metadata: json(properties.metadata ?? {}),
        ...mapped(container === pattern.container ? (pattern.match(blob) ?? {}) : {}, text),
        ...more,
      },
    );
    return outcome.ok;
  }

  /**
   * Calls a function for a blob that a user names, whether or not it matches the trigger's path.
   *
   * @throws {AppError} when there is no such blob
   */
  async callByHand(fn: AppFunction, path: unknown): Promise<void> {
    if (typeof path !== "string") throw new AppError(`A blob trigger needs "container/blob" as its input.`);
    try {
      await this.call(fn, splitBlobPath(path), () => true, { [fn.trigger.name]: text(path) });
    } catch (error) {
      throw isNotFound(error) ? new AppError(`There is no blob "${path}".`) : error;
    }
  }
}

function text(value: string): TypedData {
  return { string: value };
}

function json(value: unknown): TypedData {
  return { json: JSON.stringify(value) };
}

function mapped<From, To>(from: Readonly<Record<string, From>>, to: (value: From) => To): Record<string, To> {
  return Object.fromEntries(Object.entries(from).map(([name, value]) => [name, to(value)]));
}
