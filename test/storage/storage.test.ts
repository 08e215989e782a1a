import { expect, test } from "vitest";
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
