import type { TableClient } from "@azure/data-tables";
import type { BlobServiceClient } from "@azure/storage-blob";
import type { QueueServiceClient } from "@azure/storage-queue";
import type { AppEnvironment } from "../app/app-environment.ts";
import { AppError } from "../app/app-error.ts";
import { messageOf } from "../errors.ts";
import { StorageLibraries } from "./storage-libraries.ts";
import type { StorageKind } from "./storage-libraries.ts";

const DEFAULT_CONNECTION = "AzureWebJobsStorage";

/**
 * Storage accounts by the name of their connection setting. The client libraries are loaded only when a binding needs
 * them, because they double the start-up time of a host.
 */
export class StorageConnections {
  readonly #environment: AppEnvironment;
  readonly #libraries: StorageLibraries;
  readonly #queues = new Map<string, Promise<QueueServiceClient>>();
  readonly #blobs = new Map<string, Promise<BlobServiceClient>>();

  constructor(app: { readonly environment: AppEnvironment; readonly folder: string }) {
    this.#environment = app.environment;
    this.#libraries = new StorageLibraries(app.folder);
  }

  /** @throws {AppError} when the setting or the library is missing */
  queues(connection: string | undefined): Promise<QueueServiceClient> {
    const text = this.#connectionString(connection);
    return cached(this.#queues, text, async () => {
      const { QueueServiceClient: Client } = await this.#libraries.load("queue");
      return Client.fromConnectionString(text);
    });
  }

  /** @throws {AppError} when the setting or the library is missing */
  blobs(connection: string | undefined): Promise<BlobServiceClient> {
    const text = this.#connectionString(connection);
    return cached(this.#blobs, text, async () => {
      const { BlobServiceClient: Client } = await this.#libraries.load("blob");
      return Client.fromConnectionString(text);
    });
  }

  /** @throws {AppError} when the setting or the library is missing */
  async table(connection: string | undefined, name: string): Promise<TableClient> {
    const text = this.#connectionString(connection);
    const { TableClient: Client } = await this.#libraries.load("table");
    return Client.fromConnectionString(text, name, { allowInsecureConnection: true });
  }

  /** The reason if the account cannot be used; `undefined` if it can. */
  refusal(connection: string | undefined): string | undefined {
    try {
      this.#connectionString(connection);
      return undefined;
    } catch (error) {
      return messageOf(error);
    }
  }

  /** What to install for a kind of storage; `undefined` if its library is installed. */
  missingLibrary(kind: StorageKind): string | undefined {
    return this.#libraries.refusal(kind);
  }

  /** The Functions host tries the setting with the prefix `AzureWebJobs` first. */
  #connectionString(connection: string | undefined): string {
    const name = connection === undefined || connection === "" ? DEFAULT_CONNECTION : connection;
    const value = this.#environment.get(`AzureWebJobs${name}`) ?? this.#environment.get(name);
    if (value !== undefined && value !== "") return value;
    throw new AppError(
      this.#byIdentity(name) ?? `The setting "${name}" is missing: it must hold a storage connection string.`,
    );
  }

  /** The message for settings such as `NAME__accountName`, with which the Functions host uses a managed identity. */
  #byIdentity(name: string): string | undefined {
    const prefixes = [`${name}__`, `AzureWebJobs${name}__`].map((prefix) => prefix.toLowerCase());
    const setting = Object.keys(this.#environment.all()).find((candidate) =>
      prefixes.some((prefix) => candidate.toLowerCase().startsWith(prefix)),
    );
    if (setting === undefined) return undefined;
    return (
      `The setting "${setting}" asks for a connection by identity, which the local host does not support: set "${name}" ` +
      "to a storage connection string, for example UseDevelopmentStorage=true."
    );
  }
}

function cached<T>(clients: Map<string, Promise<T>>, key: string, make: () => Promise<T>): Promise<T> {
  const known = clients.get(key);
  if (known !== undefined) return known;
  const made = make();
  clients.set(key, made);
  return made;
}

/** @throws {AppError} when a path names no blob in a container */
export function splitBlobPath(path: string): { readonly container: string; readonly blob: string } {
  const [container = "", ...rest] = path.replace(/^\/+/, "").split("/");
  const blob = rest.join("/");
  if (container === "" || blob === "") {
    throw new AppError(`The blob path "${path}" does not name a blob in a container.`);
  }
  return { container, blob };
}
