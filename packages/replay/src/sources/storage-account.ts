import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { gunzip } from "node:zlib";
import type * as Tables from "@azure/data-tables";
import type * as Identity from "@azure/identity";
import type * as StorageBlobs from "@azure/storage-blob";
import { messageOf, MissingTaskHub, notStarted, RUNNING_STATUSES, SourceError } from "../core/history.ts";
import type { History, HistoryFilter, HistorySource, NotStarted, Unreadable } from "../core/history.ts";
import { eventOfRow } from "./task-hub-rows.ts";
import type { Row } from "./task-hub-rows.ts";

/** A task hub of the extension's Azure Storage provider, in Azure or in Azurite. */
export interface StorageTaskHub {
  /** Name of the task hub, `extensions.durableTask.hubName` of host.json. */
  readonly hub: string;
  /** Connection string of the storage account, with a key or a shared access signature. */
  readonly connectionString?: string | undefined;
  /** Name of the storage account; `DefaultAzureCredential` selects the identity. */
  readonly account?: string | undefined;
  /** Folder of the app, whose `@azure` packages are used. */
  readonly app: string;
}

/** Number of histories that are read in parallel. */
const AT_ONCE = 16;
const FORBIDDEN = 403;
const NOT_FOUND = 404;
const unzip = promisify(gunzip);

/**
 * Reads `<Hub>Instances`, `<Hub>History` and `<hub>-largemessages`. It writes nothing.
 *
 * @throws {SourceError} if the packages are not installed or storage cannot be read
 */
export function storageTaskHub(options: StorageTaskHub): HistorySource {
  const { hub } = options;
  return {
    name: `task hub ${hub} in storage`,
    async *histories(filter: HistoryFilter) {
      try {
        const reader = await TaskHubReader.open(options);
        yield* inOrder(reader.instances(filter), AT_ONCE, (instance) => reader.history(instance));
      } catch (error) {
        if (error instanceof SourceError) throw error;
        throw new SourceError(`Task hub ${hub} cannot be read: ${reasonOf(error)}`, { cause: error });
      }
    },
  };
}

/** The parts of the Azure packages that are used here. The packages belong to the app, and may not be installed. */
interface TableClient {
  listEntities(options: object): AsyncIterable<Record<string, unknown>>;
}
interface ContainerClient {
  getBlobClient(name: string): { downloadToBuffer(): Promise<Buffer> };
}

/** One instance, as its table row describes it. */
interface InstanceRow {
  /** The instance id, with the characters escaped that a key must not contain. */
  readonly partitionKey: string;
  readonly executionId: string;
  readonly name: string;
  readonly version: string | null;
  readonly status: string;
}

class TaskHubReader {
  readonly #hub: string;
  readonly #container: string;
  readonly #instances: TableClient;
  readonly #history: TableClient;
  readonly #largeMessages: ContainerClient;

  private constructor(hub: string, clients: Clients) {
    this.#hub = hub;
    this.#instances = clients.table(`${hub}Instances`);
    this.#history = clients.table(`${hub}History`);
    this.#container = `${hub.toLowerCase()}-largemessages`;
    this.#largeMessages = clients.container(this.#container);
  }

  static async open(options: StorageTaskHub): Promise<TaskHubReader> {
    return new TaskHubReader(options.hub, await clientsFor(options));
  }

  async *instances({ running, instanceId }: HistoryFilter): AsyncGenerator<InstanceRow> {
    const conditions =
      running === true ? [...RUNNING_STATUSES].map((status) => `RuntimeStatus eq '${status}'`) : [];
    const queryOptions = {
      ...(conditions.length > 0 && { filter: conditions.join(" or ") }),
      select: ["PartitionKey", "ExecutionId", "Name", "Version", "RuntimeStatus"],
    };
    for await (const row of this.#instanceRows(queryOptions)) {
      const partitionKey = String(row["partitionKey"]);
      // The table also contains entities. An orchestration may have an id that looks like an entity id.
      if (instanceId !== undefined && partitionKey !== instanceId && unescaped(partitionKey) !== instanceId)
        continue;
      if (/^@[^@]+@/.test(partitionKey) && String(row["Name"]).startsWith("@")) continue;
      yield {
        partitionKey,
        executionId: String(row["ExecutionId"]),
        name: String(row["Name"]),
        version: typeof row["Version"] === "string" ? row["Version"] : null,
        status: String(row["RuntimeStatus"]),
      };
    }
  }

  async *#instanceRows(queryOptions: object): AsyncGenerator<Record<string, unknown>> {
    try {
      yield* this.#instances.listEntities({ queryOptions });
    } catch (error) {
      throw statusOf(error) === NOT_FOUND ? new MissingTaskHub(this.#hub, { cause: error }) : error;
    }
  }

  /** Undefined for an instance that has ended without a history, or was purged in the meantime. */
  async history(instance: InstanceRow): Promise<History | Unreadable | NotStarted | undefined> {
    const { partitionKey, executionId, name, version, status } = instance;
    const filter = `PartitionKey eq '${partitionKey.replaceAll("'", "''")}' and ExecutionId eq '${executionId}'`;
    const rows: Row[] = [];
    // Without type conversion, times are strings with full precision.
    for await (const row of this.#history.listEntities({
      queryOptions: { filter },
      disableTypeConversion: true,
    })) {
      if (row["rowKey"] !== "sentinel") rows.push(plainRow(row));
    }
    if (rows.length === 0) return notStarted({ ...instance, instanceId: unescaped(partitionKey) });
    try {
      const events = await Promise.all(rows.map((row) => eventOfRow(row, (blob) => this.#largeText(blob))));
      const start = events.find((event) => event.EventType === 0);
      return {
        instanceId: start?.OrchestrationInstance.InstanceId ?? partitionKey,
        parentInstanceId: start?.ParentInstance?.OrchestrationInstance.InstanceId ?? null,
        executionId,
        name,
        version,
        status,
        events,
      };
    } catch (error) {
      // All others would fail, too.
      if (statusOf(error) === FORBIDDEN) throw error;
      return { instanceId: partitionKey, unreadable: firstLine(error) };
    }
  }

  async #largeText(blob: string): Promise<string> {
    try {
      const zipped = await this.#largeMessages.getBlobClient(blob).downloadToBuffer();
      return (await unzip(zipped)).toString("utf8");
    } catch (error) {
      if (statusOf(error) === FORBIDDEN) throw error;
      const why = statusOf(error) === NOT_FOUND ? "it does not exist" : firstLine(error);
      const message = `The large value in the blob ${this.#container}/${blob} cannot be read: ${why}.`;
      throw new SourceError(message, { cause: error });
    }
  }
}

interface Clients {
  table(name: string): TableClient;
  container(name: string): ContainerClient;
}

/** Creates clients from the app's packages, with a connection string or with the signed-in identity. */
async function clientsFor({ app, connectionString, account }: StorageTaskHub): Promise<Clients> {
  const { TableClient: Table } = await appPackage<typeof Tables>(app, "@azure/data-tables");
  const { BlobServiceClient: Blobs } = await appPackage<typeof StorageBlobs>(app, "@azure/storage-blob");
  if (connectionString !== undefined) {
    const isLocal = /UseDevelopmentStorage|http:\/\//i.test(connectionString);
    const blobs = Blobs.fromConnectionString(connectionString);
    return {
      table: (name) =>
        Table.fromConnectionString(connectionString, name, { allowInsecureConnection: isLocal }),
      container: (name) => blobs.getContainerClient(name),
    };
  }
  if (account === undefined) throw new SourceError("Specify a connection string or an account.");
  const { DefaultAzureCredential } = await appPackage<typeof Identity>(app, "@azure/identity");
  const credential = new DefaultAzureCredential();
  const blobs = new Blobs(`https://${account}.blob.core.windows.net`, credential);
  return {
    table: (name) => new Table(`https://${account}.table.core.windows.net`, name, credential),
    container: (name) => blobs.getContainerClient(name),
  };
}

/** Replaces each property `{ type, value }` by its value; numbers and booleans keep their type. */
function plainRow(row: Record<string, unknown>): Row {
  return Object.fromEntries(
    Object.entries(row).map(([column, given]) => {
      if (typeof given !== "object" || given === null || !("value" in given)) return [column, given];
      const { type, value } = given as { readonly type?: string; readonly value: unknown };
      if (type === "Int32" || type === "Double") return [column, Number(value)];
      if (type === "Boolean") return [column, value === true || value === "true"];
      return [column, value];
    }),
  );
}

/** In a key, `^` and two hexadecimal digits encode a character that a key must not contain. */
function unescaped(key: string): string {
  return key.replaceAll(/\^([0-9A-Fa-f]{2})/g, (_, hex: string) =>
    String.fromCharCode(Number.parseInt(hex, 16)),
  );
}

async function appPackage<T>(app: string, name: string): Promise<T> {
  try {
    const file = createRequire(path.join(path.resolve(app), "package.json")).resolve(name);
    return (await import(pathToFileURL(file).href)) as T;
  } catch (error) {
    throw new SourceError(`${name} is needed to read a task hub in storage: npm install --save-dev ${name}`, {
      cause: error,
    });
  }
}

function statusOf(error: unknown): unknown {
  return typeof error === "object" && error !== null && "statusCode" in error ? error.statusCode : undefined;
}

function reasonOf(error: unknown): string {
  if (statusOf(error) !== FORBIDDEN) return firstLine(error);
  return "403. It needs the roles Storage Table Data Reader and Storage Blob Data Reader, which take some minutes to become effective, and a network from which the account can be reached.";
}

function firstLine(error: unknown): string {
  return messageOf(error).split("\n")[0] ?? "";
}

/** Returns the results in the order of the items, with a limited number of calls in parallel. */
async function* inOrder<In, Out>(
  items: AsyncIterable<In>,
  atOnce: number,
  work: (item: In) => Promise<Out | undefined>,
): AsyncGenerator<Out> {
  const open: Promise<Out | undefined>[] = [];
  const next = async (): Promise<Out[]> => {
    const done = await open.shift();
    return done === undefined ? [] : [done];
  };
  for await (const item of items) {
    const started = work(item);
    started.catch(() => undefined);
    open.push(started);
    if (open.length >= atOnce) yield* await next();
  }
  while (open.length > 0) yield* await next();
}
