import { beforeEach, expect, test, vi } from "vitest";
import { commit, findRow, insertOnce, retryOnConflict, WriteConflict } from "../../src/storage/rows.ts";
import { testStorage } from "../support/storage.ts";

/** The pauses that were made; no time passes in them. */
const pauses: number[] = [];
vi.mock("node:timers/promises", () => ({ setTimeout: async (ms: number) => void pauses.push(ms) }));
beforeEach(() => {
  pauses.length = 0;
  vi.spyOn(Math, "random").mockReturnValue(1);
});

test("an attempt with conflicts is repeated, with pauses that double up to half a second", async () => {
  let conflicts = 8;
  const answer = await retryOnConflict(async () => {
    if (conflicts-- > 0) throw new WriteConflict();
    return "done";
  }, "busy");
  expect(answer).toBe("done");
  expect(pauses).toEqual([20, 40, 80, 160, 320, 500, 500, 500]);
});

test("after twelve conflicts it gives up", async () => {
  let tries = 0;
  const all = retryOnConflict(async () => {
    tries += 1;
    throw new WriteConflict();
  }, "The stock is busy");
  await expect(all).rejects.toThrow("The stock is busy");
  expect(tries).toBe(12);
});

test("another error ends the attempts immediately", async () => {
  await expect(retryOnConflict(() => Promise.reject(new Error("no storage")), "busy")).rejects.toThrow(
    "no storage",
  );
  expect(pauses).toEqual([]);
});

test("a commit writes all rows or none", async () => {
  const table = await testStorage().table("commits");
  const row = (rowKey: string) => ({ partitionKey: "one", rowKey });
  const keys = async () =>
    (await Promise.all(["a", "b", "c"].map((key) => findRow(table, "one", key)))).map(Boolean);
  await insertOnce(table, row("b"));
  const { etag = "" } = (await findRow(table, "one", "b")) ?? {};
  expect(
    await commit(table, [
      ["create", row("a")],
      ["create", row("b")],
    ]),
  ).toBe("exists");
  expect(await keys()).toEqual([false, true, false]);
  const change = () =>
    commit(table, [
      ["create", row("c")],
      ["update", row("b"), "Replace", { etag }],
    ]);
  expect(await change()).toBe("done");
  await table.deleteEntity("one", "c");
  await expect(change()).rejects.toThrow(WriteConflict);
  expect(await keys()).toEqual([false, true, false]);
});
