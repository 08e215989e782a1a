import { TableClient, TableServiceClient } from "@azure/data-tables";
import { BlobServiceClient } from "@azure/storage-blob";
import { QueueServiceClient } from "@azure/storage-queue";
import { Storage } from "../../src/storage/storage.ts";

/** Where a shop keeps its data. */
export interface StoragePlace {
  readonly connectionString: string;
  /** SHOP_STORAGE_PREFIX of the app. */
  readonly prefix: string;
}

export const storageAt = ({ connectionString, prefix }: StoragePlace) =>
  new Storage({ connection: { kind: "connectionString", connectionString }, prefix });

/** The tables whose rows belong to processes; the others are those of outside systems. */
const ROWS_OF = new Set(["claims", "rescues", "poisonMessages"]);

/**
 * Everything that the shop has in storage, one line each: `container photos`, `blob photos/a/b.jpg`, `queue outbox`,
 * `messages in outbox: 2`, `table claims`, `row claims/<partition>/<row> <value>`.
 */
export async function stored({ connectionString, prefix }: StoragePlace): Promise<string[]> {
  const lines: string[] = [];
  const blobs = BlobServiceClient.fromConnectionString(connectionString);
  for await (const { name } of blobs.listContainers({ prefix: `${prefix}-` })) {
    const container = name.slice(prefix.length + 1);
    lines.push(`container ${container}`);
    for await (const blob of blobs.getContainerClient(name).listBlobsFlat()) {
      lines.push(`blob ${container}/${blob.name}`);
    }
  }
  const queues = QueueServiceClient.fromConnectionString(connectionString);
  for await (const { name } of queues.listQueues({ prefix: `${prefix}-` })) {
    const queue = name.slice(prefix.length + 1);
    lines.push(`queue ${queue}`);
    const { approximateMessagesCount: messages = 0 } = await queues.getQueueClient(name).getProperties();
    if (messages > 0) lines.push(`messages in ${queue}: ${messages}`);
  }
  const options = { allowInsecureConnection: true };
  const tables = TableServiceClient.fromConnectionString(connectionString, options);
  for await (const { name: full = "" } of tables.listTables()) {
    const [, first, rest = ""] = new RegExp(`^${prefix}([A-Z])(.*)$`).exec(full) ?? [];
    if (first === undefined) continue;
    const table = first.toLowerCase() + rest;
    lines.push(`table ${table}`);
    if (!ROWS_OF.has(table)) continue;
    const rows = TableClient.fromConnectionString(connectionString, full, options).listEntities<Row>();
    for await (const { partitionKey, rowKey, value = "" } of rows) {
      lines.push(`row ${table}/${partitionKey}/${rowKey} ${value}`.trim());
    }
  }
  return lines;
}

interface Row {
  readonly partitionKey: string;
  readonly rowKey: string;
  readonly value?: string;
}
