import { setTimeout as delay } from "node:timers/promises";
import {
  RestError,
  TableClient,
  type TableEntity,
  type TableEntityResult,
  TableServiceClient,
  type TransactionAction,
} from "@azure/data-tables";
import type { TokenCredential } from "@azure/identity";
import { BlobServiceClient, type ContainerClient } from "@azure/storage-blob";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import type { Settings, StorageConnection } from "../settings.ts";

/** Short, because callers retry as well: an activity by its policy, an HTTP client after a 503. */
const RETRIES = { maxRetries: 3, retryDelayInMs: 200, maxRetryDelayInMs: 2000 };
const STORAGE_RETRIES = { maxTries: 4, retryDelayInMs: 200, maxRetryDelayInMs: 2000, tryTimeoutInMs: 60_000 };

/** How long a table, queue or container that was seen is taken to be there still. */
const SEEN_FOR_MS = 60_000;

/**
 * The app's tables, queues and containers by their short names, created when first used. What was seen is
 * looked at again every minute, so that the app recovers when an emulator has lost its data.
 */
export class Storage {
  readonly #prefix: string;
  readonly #tables: TableServiceClient;
  readonly #tableClient: (name: string) => TableClient;
  readonly #queues: QueueServiceClient;
  readonly #blobs: BlobServiceClient;
  readonly #seen = new Map<string, { readonly since: number; readonly ready: Promise<void> }>();

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
   * @param fill puts first rows into a table that lacks them
   */
  async table(name: string, fill?: (table: TableClient) => Promise<void>): Promise<TableClient> {
    const fullName = `${this.#prefix}${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    const table = this.#tableClient(fullName);
    await this.#ensure(`table ${fullName}`, async () => {
      await this.#tables.createTable(fullName);
      await fill?.(table);
    });
    return table;
  }

  /** @param name lower-case letters and dashes: `outbox` */
  async queue(name: string): Promise<QueueClient> {
    const queue = this.#queues.getQueueClient(`${this.#prefix}-${name}`);
    await this.#ensure(`queue ${queue.name}`, () => queue.createIfNotExists());
    return queue;
  }

  /** @param name lower-case letters and dashes: `photos` */
  async container(name: string): Promise<ContainerClient> {
    const container = this.#blobs.getContainerClient(`${this.#prefix}-${name}`);
    await this.#ensure(`container ${container.containerName}`, () => container.createIfNotExists());
    return container;
  }

  async #ensure(what: string, create: () => Promise<unknown>): Promise<void> {
    const seen = this.#seen.get(what);
    if (seen && Date.now() - seen.since < SEEN_FOR_MS) return seen.ready;
    const ready = create().then(() => undefined);
    this.#seen.set(what, { since: Date.now(), ready });
    try {
      await ready;
    } catch (error) {
      this.#seen.delete(what);
      throw error;
    }
  }
}

function connect(connection: StorageConnection) {
  const storageOptions = { retryOptions: STORAGE_RETRIES };
  if (connection.kind === "connectionString") {
    const text = connection.connectionString;
    // Emulators speak plain HTTP, which the table client refuses unless it is allowed; Azure's own is HTTPS.
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

/** The identity library is loaded with the first token: a local run never needs it, and it is the slowest to load. */
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

/** Whether a table refused a write, and why: the row is there already, is not there, or has changed meanwhile. */
export type Conflict = "exists" | "missing" | "changed";

const CONFLICTS: Readonly<Record<number, Conflict>> = { 404: "missing", 409: "exists", 412: "changed" };

/** What kind of conflict an error of the table client is, if it is one. */
export function conflictOf(error: unknown): Conflict | undefined {
  return error instanceof RestError && error.statusCode ? CONFLICTS[error.statusCode] : undefined;
}

/** Inserts a row unless its key is taken: of several callers exactly one gets `true`. */
export async function insertOnce(table: TableClient, row: TableEntity): Promise<boolean> {
  try {
    await table.createEntity(row);
    return true;
  } catch (error) {
    if (conflictOf(error) === "exists") return false;
    throw error;
  }
}

/** The row of a key, if there is one. */
export async function findRow<Row extends object>(
  table: TableClient,
  partitionKey: string,
  rowKey: string,
): Promise<TableEntityResult<Row> | undefined> {
  try {
    return await table.getEntity<Row>(partitionKey, rowKey);
  } catch (error) {
    if (conflictOf(error) === "missing") return undefined;
    throw error;
  }
}

/**
 * The row of this key: the given one if the key was free, else the one that came first. This is what makes a
 * repeated step answer the same as the first time, and a tombstone keep out what comes after it.
 */
export async function firstOf<Row extends object>(table: TableClient, row: TableEntity<Row>): Promise<Row> {
  if (await insertOnce(table, row)) return row;
  return table.getEntity<Row>(row.partitionKey, row.rowKey);
}

/** How often a change is tried that others overtake: their number grows with the hosts, not with the requests. */
const MOST_TRIES = 12;
const FIRST_PAUSE_MS = 10;
const LONGEST_PAUSE_MS = 500;

/** Thrown by a try that another writer overtook: a row that it had read has changed before it could write. */
export class Overtaken extends Error {}

/** Runs a try again while others overtake it. @throws {Error} with this text when they have done so too often */
export async function untilNotOvertaken<T>(attempt: () => Promise<T>, busy: string): Promise<T> {
  for (let tries = 1; tries <= MOST_TRIES; tries++) {
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof Overtaken)) throw error;
    }
    await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** tries));
  }
  throw new Error(busy);
}

/** All of the actions or none; `exists` if a row that was to be new is there. @throws {Overtaken} if one has changed */
export async function commit(table: TableClient, actions: TransactionAction[]): Promise<"done" | "exists"> {
  try {
    await table.submitTransaction(actions);
    return "done";
  } catch (error) {
    const conflict = conflictOf(error);
    if (conflict === "exists") return "exists";
    if (conflict === "changed") throw new Overtaken();
    throw error;
  }
}

/** Runs pieces of work one after another, in the order in which they came. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // The next one waits for the end of this one, whichever end it is.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
