import { expect, onTestFinished, test, vi } from "vitest";
import { testStorage } from "../support/storage.ts";

test("every queue, table and container is created separately at its first use", async () => {
  const storage = testStorage();
  for (const name of ["first", "second"]) {
    expect(await (await storage.queue(name)).exists()).toBe(true);
    expect(await (await storage.container(name)).exists()).toBe(true);
    const table = await storage.table(name);
    await table.upsertEntity({ partitionKey: "a", rowKey: "b" });
  }
});

test("what is deleted is created again when a minute has passed since the last look, not before", async () => {
  onTestFinished(() => void vi.useRealTimers());
  const begun = Date.now();
  vi.useFakeTimers({ toFake: ["Date"], now: begun });
  const storage = testStorage();
  await (await storage.queue("news")).delete();
  vi.setSystemTime(begun + 59_999);
  expect(await (await storage.queue("news")).exists()).toBe(false);
  vi.setSystemTime(begun + 60_000);
  expect(await (await storage.queue("news")).exists()).toBe(true);
});
