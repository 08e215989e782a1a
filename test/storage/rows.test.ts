import { expect, test } from "vitest";
import { findRow, firstOf, insertOnce, replaceRow, rowsOf } from "../../src/storage/rows.ts";
import { testStorage } from "../support/storage.ts";

interface Row {
  readonly value: number;
}
const storage = testStorage();
const table = () => storage.table("rows");
const row = (rowKey: string, value: number, partitionKey = "one") => ({ partitionKey, rowKey, value });
const valueOf = async (rowKey: string) => (await findRow<Row>(await table(), "one", rowKey))?.value;

test("one of several callers inserts the row, and its value is kept", async () => {
  const rows = await table();
  const inserted = await Promise.all([1, 2, 3, 4].map((value) => insertOnce(rows, row("insert", value))));
  expect(inserted.filter(Boolean)).toHaveLength(1);
  expect(await valueOf("insert")).toBe(inserted.indexOf(true) + 1);
  expect(await insertOnce(rows, row("insert", 9))).toBe(false);
});

test("all of several callers with a key get the row of the first one", async () => {
  const rows = await table();
  const found = await Promise.all([1, 2, 3, 4].map((value) => firstOf<Row>(rows, row("first", value))));
  expect(new Set(found.map(({ value }) => value))).toEqual(new Set([await valueOf("first")]));
});

test("a row is replaced only if it has not changed since it was read", async () => {
  const rows = await table();
  await insertOnce(rows, { ...row("replace", 1), note: "gone" });
  const { etag = "" } = (await findRow(rows, "one", "replace")) ?? {};
  expect(await replaceRow(rows, row("replace", 2), etag)).toBe(true);
  expect(await replaceRow(rows, row("replace", 3), etag)).toBe(false);
  expect(await findRow(rows, "one", "replace")).toMatchObject({ value: 2 });
  expect(await findRow(rows, "one", "replace")).not.toHaveProperty("note");
  await rows.deleteEntity("one", "replace");
  expect(await replaceRow(rows, row("replace", 4), etag)).toBe(false);
  expect(await valueOf("replace")).toBeUndefined();
});

test("all rows of a partition are found, and no others", async () => {
  const rows = await table();
  for (const [key, partition] of [
    ["a", "o'ne"],
    ["b", "o'ne"],
    ["c", "two"],
  ] as const)
    await insertOnce(rows, row(key, 1, partition));
  expect((await rowsOf<Row>(rows, "o'ne")).map(({ rowKey }) => rowKey)).toEqual(["a", "b"]);
  expect(await rowsOf<Row>(rows, "three")).toEqual([]);
});
