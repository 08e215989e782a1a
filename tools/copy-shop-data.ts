import { createHash } from "node:crypto";
import { TableClient, TableServiceClient } from "@azure/data-tables";
import { AzureCliCredential } from "@azure/identity";
import { QueueServiceClient } from "@azure/storage-queue";
import { commandLine } from "./command-line.ts";
import { messageOf } from "./message-of.ts";
import { fail } from "./run.ts";

const HELP = `Usage: node tools/copy-shop-data.ts --from ACCOUNT --to ACCOUNT [options]

Copies the shop's tables to another storage account, compares them, and moves waiting queue messages. For files, use
AzCopy, which supports neither. The app must be stopped: if something else writes, the comparison fails.

  --from ACCOUNT  name of the account that has the data, or a connection string
  --to ACCOUNT    the target account, in the same form
  --prefix NAME   SHOP_STORAGE_PREFIX of the app (default shop)
  --only WHAT     tables or queues
  --overwrite     also write into tables that already have rows
  --help          show this text

With a name, it uses the sign-in of az: you need the Data Contributor roles for tables and queues on both.`;

const AT_ONCE = 50;
/** Longer than moving a message to the other account takes. */
const HOLD_SECONDS = 60;

const { from, to, prefix, only, overwrite } = commandLine(HELP, {
  from: { type: "string" },
  to: { type: "string" },
  prefix: { type: "string", default: "shop" },
  only: { type: "string" },
  overwrite: { type: "boolean", default: false },
});
if (!from || !to) fail("--from and --to are required. Use --help to see the options.");
if (only !== undefined && only !== "tables" && only !== "queues") fail(`--only ${only}: tables or queues.`);
if (from === to) fail("--from and --to are the same account.");
if (!/^[a-z][a-z0-9]{1,23}$/.test(prefix)) fail(`--prefix ${prefix}: no app has this SHOP_STORAGE_PREFIX.`);

interface Account {
  readonly tables: TableServiceClient;
  readonly table: (name: string) => TableClient;
  readonly queues: QueueServiceClient;
}

function connect(account: string): Account {
  if (account.includes("=")) {
    const emulator = { allowInsecureConnection: true };
    return {
      tables: TableServiceClient.fromConnectionString(account, emulator),
      table: (name) => TableClient.fromConnectionString(account, name, emulator),
      queues: QueueServiceClient.fromConnectionString(account),
    };
  }
  const url = (service: string) => `https://${account}.${service}.core.windows.net`;
  const credential = new AzureCliCredential();
  return {
    tables: new TableServiceClient(url("table"), credential),
    table: (name) => new TableClient(url("table"), name, credential),
    queues: new QueueServiceClient(url("queue"), credential),
  };
}

type Row = Readonly<Record<string, unknown>> & { readonly partitionKey: string; readonly rowKey: string };

/** Reads the rows with the library that wrote them, so types are preserved. */
async function* rowsOf(table: TableClient): AsyncGenerator<Row> {
  for await (const { etag: _, timestamp: __, ...row } of table.listEntities<Row>()) {
    yield row;
  }
}

/** The number of rows and a hash of their content, independent of the order. */
async function summary(table: TableClient): Promise<{ readonly rows: number; readonly content: bigint }> {
  let [rows, content] = [0, 0n];
  for await (const row of rowsOf(table)) {
    const text = JSON.stringify(
      Object.entries(row).toSorted(([a], [b]) => (a < b ? -1 : 1)),
      (_, value: unknown) => (typeof value === "bigint" ? `${value}n` : value),
    );
    rows += 1;
    content ^= BigInt(`0x${createHash("sha256").update(text).digest("hex")}`);
  }
  return { rows, content };
}

async function copyTable(name: string, source: TableClient, target: TableClient): Promise<void> {
  if (!overwrite && !(await rowsOf(target).next()).done) {
    fail(`The table ${name} already has rows in the target account. To replace them: --overwrite.`);
  }
  let batch: Promise<unknown>[] = [];
  for await (const row of rowsOf(source)) {
    batch.push(target.upsertEntity(row, "Replace"));
    if (batch.length < AT_ONCE) continue;
    await Promise.all(batch);
    batch = [];
  }
  await Promise.all(batch);
  const [before, after] = await Promise.all([summary(source), summary(target)]);
  if (before.rows !== after.rows || before.content !== after.content) {
    fail(
      `The table ${name} differs: ${before.rows} rows there, ${after.rows} here. ` +
        "An app still writes, or the target had other rows before. Nothing is lost; run it again when the app is stopped.",
    );
  }
  console.log(`table ${name}: ${after.rows} rows, all equal`);
}

/** After a crash between sending and deleting, a message exists twice: consumers recognise its messageId. */
async function moveMessages(name: string, source: Account, target: Account): Promise<void> {
  const [old, next] = [source.queues.getQueueClient(name), target.queues.getQueueClient(name)];
  await next.createIfNotExists();
  let moved = 0;
  for (;;) {
    const { receivedMessageItems } = await old.receiveMessages({
      numberOfMessages: 32,
      visibilityTimeout: HOLD_SECONDS,
    });
    if (receivedMessageItems.length === 0) break;
    for (const { messageId, popReceipt, messageText } of receivedMessageItems) {
      await next.sendMessage(messageText);
      await old.deleteMessage(messageId, popReceipt);
      moved += 1;
    }
  }
  const { approximateMessagesCount: held = 0 } = await old.getProperties();
  console.log(
    `queue ${name}: ${moved} messages moved${held > 0 ? `, ${held} held: run it again later` : ""}`,
  );
}

try {
  const [source, target] = [connect(from), connect(to)];
  if (only !== "queues") await copyTables(source, target);
  if (only !== "tables") await moveQueues(source, target);
} catch (error) {
  // The SDK's message continues with the request and its answer.
  fail(messageOf(error).split("\n")[0] ?? "");
}

async function copyTables(source: Account, target: Account): Promise<void> {
  for await (const { name = "" } of source.tables.listTables()) {
    if (!name.startsWith(prefix) || !/^[A-Z]/.test(name.slice(prefix.length))) continue;
    await target.tables.createTable(name);
    await copyTable(name, source.table(name), target.table(name));
  }
}

async function moveQueues(source: Account, target: Account): Promise<void> {
  for await (const { name } of source.queues.listQueues({ prefix: `${prefix}-` })) {
    await moveMessages(name, source, target);
  }
}
