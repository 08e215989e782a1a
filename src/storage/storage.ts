import { TableClient, TableServiceClient } from "@azure/data-tables";
import type { TokenCredential } from "@azure/identity";
// The client libraries of tables, queues and blobs export the same RestError.
import { BlobServiceClient, type ContainerClient, RestError } from "@azure/storage-blob";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import type { Settings, StorageConnection } from "../settings.ts";

/** Few retries, because callers retry as well: an activity by its policy, an HTTP client after a 503. */
const RETRIES = { maxRetries: 3, retryDelayInMs: 200 };
const STORAGE_RETRIES = { maxTries: 4, retryDelayInMs: 200, tryTimeoutInMs: 60_000 };

/** How long a table, queue or container is assumed to exist after the last check. */
const EXISTENCE_CACHE_MS = 60_000;

/**
 * The app's tables, queues and containers by their short names, created on first use. Their existence is checked again
 * every minute, so that the app recovers when an emulator has lost its data.
 */
export class Storage {
  readonly #prefix: string;
  readonly #tables: TableServiceClient;
  readonly #tableClient: (name: string) => TableClient;
  readonly #queues: QueueServiceClient;
  readonly #blobs: BlobServiceClient;
  readonly #knownTables = new Known<TableClient>();
  readonly #knownQueues = new Known<QueueClient>();
  readonly #knownContainers = new Known<ContainerClient>();

  constructor({ connection, prefix }: Pick<Settings["storage"], "connection" | "prefix">) {
    const clients = connect(connection);
    this.#prefix = prefix;
    this.#tables = clients.tables;
    this.#tableClient = clients.table;
    this.#queues = clients.queues;
    this.#blobs = clients.blobs;
  }

  /**
   * @param name letters and digits, lower camel case: `payments`
   * @param fill inserts the initial rows if they are missing
   */
  table(name: string, fill?: (table: TableClient) => Promise<void>): Promise<TableClient> {
    const fullName = `${this.#prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    return this.#knownTables.get(fullName, async () => {
      const table = this.#tableClient(fullName);
      await this.#tables.createTable(fullName);
      await fill?.(table);
      return table;
    });
  }

  /** @param name lower-case letters and dashes: `outbox` */
  queue(name: string): Promise<QueueClient> {
    const fullName = `${this.#prefix}-${name}`;
    return this.#knownQueues.get(fullName, () => created(this.#queues.getQueueClient(fullName)));
  }

  /** @param name lower-case letters and dashes: `photos` */
  container(name: string): Promise<ContainerClient> {
    const fullName = `${this.#prefix}-${name}`;
    return this.#knownContainers.get(fullName, () => created(this.#blobs.getContainerClient(fullName)));
  }
}

async function created<Client extends { createIfNotExists(): Promise<unknown> }>(
  client: Client,
): Promise<Client> {
  await client.createIfNotExists();
  return client;
}

/** Clients of what exists, by full name. A new client costs as much time as a request. */
class Known<Client> {
  readonly #seen = new Map<string, { readonly since: number; readonly client: Promise<Client> }>();

  async get(name: string, create: () => Promise<Client>): Promise<Client> {
    const seen = this.#seen.get(name);
    if (seen && Date.now() - seen.since < EXISTENCE_CACHE_MS) return seen.client;
    const client = create();
    this.#seen.set(name, { since: Date.now(), client });
    try {
      return await client;
    } catch (error) {
      this.#seen.delete(name);
      throw error;
    }
  }
}

function connect(connection: StorageConnection) {
  const storageOptions = { retryOptions: STORAGE_RETRIES };
  if (connection.kind === "connectionString") {
    const text = connection.connectionString;
    // Emulators use plain HTTP, which the table client must allow explicitly; Azure always uses HTTPS.
    const tableOptions = { retryOptions: RETRIES, allowInsecureConnection: true };
    return {
      tables: TableServiceClient.fromConnectionString(text, tableOptions),
      table: (name: string) => TableClient.fromConnectionString(text, name, tableOptions),
      queues: QueueServiceClient.fromConnectionString(text, storageOptions),
      blobs: BlobServiceClient.fromConnectionString(text, storageOptions),
    };
  }
  const { blobUri, queueUri, tableUri } = connection;
  const credential = managedIdentity(connection.clientId);
  return {
    tables: new TableServiceClient(tableUri, credential, { retryOptions: RETRIES }),
    table: (name: string) => new TableClient(tableUri, name, credential, { retryOptions: RETRIES }),
    queues: new QueueServiceClient(queueUri, credential, storageOptions),
    blobs: new BlobServiceClient(blobUri, credential, storageOptions),
  };
}

/** The identity library is loaded with the first token: a local run does not need it, and it loads slowly. */
function managedIdentity(clientId: string | undefined): TokenCredential {
  let credential: Promise<TokenCredential> | undefined;
  const load = async () => {
    const { ManagedIdentityCredential } = await import("@azure/identity");
    return clientId ? new ManagedIdentityCredential({ clientId }) : new ManagedIdentityCredential();
  };
  return {
    async getToken(scopes, options) {
      credential ??= load();
      return (await credential).getToken(scopes, options);
    },
  };
}

/** The result of a request, or undefined if storage refuses it with one of these statuses. */
export async function unlessRefused<T>(
  request: Promise<T>,
  ...statuses: readonly number[]
): Promise<T | undefined> {
  try {
    return await request;
  } catch (error) {
    if (error instanceof RestError && statuses.includes(error.statusCode ?? 0)) return undefined;
    throw error;
  }
}

/** The result of a request, or undefined if the blob, row or queue does not exist. */
export const unlessMissing = <T>(request: Promise<T>) => unlessRefused(request, 404);
