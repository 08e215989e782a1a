import { randomBytes } from "node:crypto";
import { TableClient } from "@azure/data-tables";
import { expect, inject, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

process.env["AzureWebJobsStorage"] = inject("storage");

/** Serves a function that writes its input to a table output. */
async function served(binding: string) {
  const tableName = `t${randomBytes(6).toString("hex")}`;
  const table = TableClient.fromConnectionString(inject("storage"), tableName, {
    allowInsecureConnection: true,
  });
  const started = await startedHost(
    appFolder({
      "app.mjs": `import { app, output } from "@azure/functions";
const rows = output.table({ tableName: "${tableName}", connection: "AzureWebJobsStorage", ${binding} });
app.http("write", { route: "write/{kind}", methods: ["POST"], extraOutputs: [rows], handler: async (request, context) => {
  context.extraOutputs.set(rows, await request.json());
  return { status: 201 };
} });`,
    }),
  );
  const write = async (kind: string, value: unknown): Promise<number> => {
    const url = `${started.host.url}/api/write/${kind}`;
    return (await fetch(url, { method: "POST", body: JSON.stringify(value) })).status;
  };
  return { ...started, table, write };
}

async function rowsOf(table: TableClient): Promise<unknown[]> {
  const rows: unknown[] = [];
  for await (const { etag, timestamp, ...row } of table.listEntities()) {
    expect([etag, timestamp]).not.toContain(undefined);
    rows.push(row);
  }
  return rows;
}

test("an entity is inserted into a table that is created if needed, with keys of the binding or its own", async () => {
  const { table, write } = await served(`partitionKey: "{kind}", rowKey: "one"`);
  expect(
    await write("mugs", { name: "red", left: 3, price: 1.5, isNew: true, at: "2026-01-02T03:04:05Z" }),
  ).toBe(201);
  expect(await write("mugs", { PartitionKey: "cups", ROWKEY: 2, none: null })).toBe(201);
  expect(await rowsOf(table)).toEqual([
    { partitionKey: "cups", rowKey: "2" },
    {
      partitionKey: "mugs",
      rowKey: "one",
      name: "red",
      left: 3n,
      price: 1.5,
      isNew: true,
      at: new Date("2026-01-02T03:04:05Z"),
    },
  ]);
});

test("all entities of an array are inserted, in several transactions and partitions", async () => {
  const { table, write } = await served(`partitionKey: "{kind}"`);
  const mugs = Array.from({ length: 150 }, (_, n) => ({ rowKey: String(n) }));
  expect(await write("mugs", [...mugs, { partitionKey: "cups", rowKey: "0" }])).toBe(201);
  expect(await rowsOf(table)).toHaveLength(151);
});

test("an existing entity, and a value that is not an entity, fail the call", async () => {
  const { logs, table, write } = await served(`partitionKey: "{kind}"`);
  expect(await write("mugs", { rowKey: "1", n: 1 })).toBe(201);
  expect(await write("mugs", { rowKey: "1", n: 2 })).toBe(500);
  expect(await write("mugs", { n: 3 })).toBe(500);
  expect(await write("mugs", { rowKey: "2", inner: { n: 4 } })).toBe(500);
  expect(await write("mugs", ["text"])).toBe(500);
  expect(await rowsOf(table)).toEqual([{ partitionKey: "mugs", rowKey: "1", n: 1n }]);
  expect(logs.map(({ message }) => message)).toEqual([
    "Its output could not be written: The specified entity already exists.",
    expect.stringContaining("A table output needs partitionKey and rowKey"),
    expect.stringContaining('"inner" is an object or an array'),
    expect.stringContaining('A table output accepts objects, not "text".'),
  ]);
});
