import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { type QueueClient, QueueServiceClient } from "@azure/storage-queue";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { startAzurite } from "../../tools/azurite.ts";
import { ROOT } from "../../tools/run.ts";
import { uniquePrefix } from "../support/storage.ts";

// Each run of the tool is a separate process.
vi.setConfig({ testTimeout: 180_000 });

const prefix = uniquePrefix();
const from = inject("storage");
let other: Awaited<ReturnType<typeof startAzurite>>;
beforeAll(async () => {
  other = await startAzurite({});
});
afterAll(() => other?.stop());

const table = (account: string, name: string) =>
  TableClient.fromConnectionString(account, `${prefix}${name}`, { allowInsecureConnection: true });
const queue = (account: string, name: string): QueueClient =>
  QueueServiceClient.fromConnectionString(account).getQueueClient(`${prefix}-${name}`);

function copy(...options: string[]): { status: number | null; output: string } {
  const tool = join(ROOT, "tools", "copy-shop-data.ts");
  const args = [tool, "--from", from, "--to", other.connectionString, "--prefix", prefix, ...options];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  return { status, output: stdout + stderr };
}

const row = {
  partitionKey: "it's 100% of them",
  rowKey: "",
  text: "Grüße",
  count: 7,
  share: 0.5,
  large: 5_000_000_000,
  exact: 9_007_199_254_740_993n,
  when: new Date("2026-01-02T03:04:05.678Z"),
  isPaid: false,
  bytes: new Uint8Array([0, 255]),
};

test("every row is copied unchanged, every waiting message is moved, and other apps' data is not copied", async () => {
  const payments = table(from, "Payments");
  await payments.createTable();
  await payments.createEntity(row);
  await Promise.all(
    Array.from({ length: 120 }, (_, n) =>
      payments.createEntity({ partitionKey: `order-${n}`, rowKey: "charged", amount: n }),
    ),
  );
  // Of an app whose prefix begins with this app's prefix.
  await table(from, "x").createTable();
  await queue(from, "orders").create();
  for (let n = 0; n < 40; n += 1) await queue(from, "orders").sendMessage(`<order "${n}">`);

  const { status, output } = copy();
  expect(output).toBe(
    `table ${prefix}Payments: 121 rows, all equal\nqueue ${prefix}-orders: 40 messages moved\n`,
  );
  expect(status).toBe(0);
  const {
    etag: _,
    timestamp: __,
    ...copied
  } = await table(other.connectionString, "Payments").getEntity(row.partitionKey, row.rowKey);
  expect(copied).toMatchObject({ ...row, bytes: expect.anything() });
  expect([...(copied["bytes"] as Uint8Array)]).toEqual([0, 255]);
  const { approximateMessagesCount } = await queue(from, "orders").getProperties();
  expect(approximateMessagesCount).toBe(0);
  const { receivedMessageItems } = await queue(other.connectionString, "orders").receiveMessages({
    numberOfMessages: 32,
  });
  expect(receivedMessageItems.map(({ messageText }) => messageText)).toContain('<order "0">');
  await expect(table(other.connectionString, "x").createTable()).resolves.toBeUndefined();
});

test("existing rows are replaced only with --overwrite, and must be the same in the end", async () => {
  expect(copy("--only", "tables")).toEqual({
    status: 1,
    output: expect.stringContaining("To replace them: --overwrite"),
  });
  await table(from, "Payments").updateEntity({ ...row, count: 8 }, "Replace");
  await queue(from, "orders").sendMessage("later");
  expect(copy("--overwrite", "--only", "tables")).toEqual({
    status: 0,
    output: `table ${prefix}Payments: 121 rows, all equal\n`,
  });
  const copied = await table(other.connectionString, "Payments").getEntity(row.partitionKey, row.rowKey);
  expect(copied).toMatchObject({ count: 8 });
  await table(other.connectionString, "Payments").createEntity({ partitionKey: "a", rowKey: "b" });
  expect(copy("--only", "queues").output).toBe(`queue ${prefix}-orders: 1 messages moved\n`);
  expect(copy("--overwrite")).toEqual({
    status: 1,
    output: expect.stringMatching(/Payments differs: 121 rows there, 122 here/),
  });
});

test("invalid options are reported before anything is done", () => {
  expect(copy("--to", from).output).toBe("--from and --to are the same account.\n");
});
