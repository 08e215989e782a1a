import { expect, test } from "vitest";
import type { TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { findStuck } from "../../src/operations/stuck-instances.ts";

test("only a few pages of a pattern's instances are read", async () => {
  const now = new Date("2027-03-01T08:00:00Z");
  const stuck = { name: "orderFulfilment", runtimeStatus: "Pending", updatedAt: new Date(0) };
  let orders = 0;
  const endless = {
    async *pages({ idPrefix }: { readonly idPrefix: string }) {
      if (idPrefix !== "order-") return;
      for (; orders < 100; orders++) yield [stuck, stuck];
    },
  };
  expect(await findStuck(endless as unknown as TaskHub, now, 1000)).toEqual({ "order-chaining": 6 });
  expect(orders).toBeLessThan(3);
});
