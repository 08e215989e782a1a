import { RestError as TableError } from "@azure/data-tables";
import { RestError } from "@azure/storage-blob";
import { expect, test } from "vitest";
import { unlessMissing, unlessRefused } from "../../src/storage/storage.ts";

const refused = (statusCode: number) => Promise.reject(new RestError("refused", { statusCode }));

test("only the named refusals of storage count as a result", async () => {
  expect(await unlessRefused(Promise.resolve("done"), 404)).toBe("done");
  expect(await unlessRefused(refused(404), 404, 412)).toBeUndefined();
  expect(await unlessRefused(refused(412), 404, 412)).toBeUndefined();
  await expect(unlessRefused(refused(409), 404, 412)).rejects.toThrow("refused");
  await expect(unlessRefused(Promise.reject(new Error("no network")), 404)).rejects.toThrow("no network");
});

test("a refusal of a table counts like one of a blob", async () => {
  const missing = Promise.reject(new TableError("missing", { statusCode: 404 }));
  expect(await unlessMissing(missing)).toBeUndefined();
  await expect(unlessMissing(refused(412))).rejects.toThrow("refused");
});
