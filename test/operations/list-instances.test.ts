import { expect, test } from "vitest";
import type { TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { listInstances } from "../../src/operations/instances.ts";

test("an empty page has a continuation after ten pages of the task hub", async () => {
  const asked: (string | undefined)[] = [];
  const onlyEntities = {
    async instances({ continuation }: { readonly continuation?: string | undefined }) {
      asked.push(continuation);
      return { items: [], continuation: `page ${asked.length}` };
    },
  };
  const page = await listInstances(onlyEntities as unknown as TaskHub, {});
  expect(page).toEqual({ items: [], continuation: "page 10" });
  expect(asked).toEqual([undefined, ...Array.from({ length: 9 }, (_, n) => `page ${n + 1}`)]);
});
