import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import type { TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { purgeOldInstances } from "../../src/operations/purge.ts";
import { LOST, rescueIn } from "../support/rescue.ts";
import { testStorage } from "../support/storage.ts";

/** A run of the purge or of the rescue, for instances whose purge or rewind the test ends. */

const NOW = new Date();
const LIMIT_MS = 240_000;

function purge(hub: TaskHub) {
  const keep = { completed: 0, failed: 0, canceled: 0 };
  return purgeOldInstances(hub, async () => undefined, { keep, dryRun: false }, NOW);
}

const rescue = (hub: TaskHub) => rescueIn(hub, testStorage(), NOW);

/** @param handle purges or rewinds an instance */
function hubOf(instances: readonly object[], handle: () => Promise<string>): TaskHub {
  const pages = async function* ({ statuses }: { readonly statuses: readonly string[] }) {
    if (statuses.includes("Failed")) yield instances;
  };
  const run = async (id: string) => ({ instance: { id, runtimeStatus: "Failed" }, input: {}, history: [] });
  return { pages, run, purge: handle, command: handle } as unknown as TaskHub;
}

test.each([
  ["purge", purge, "purged"],
  ["rescue", rescue, "accepted"],
])("%s: eight instances at a time, and no other one after four minutes", async (_what, runOnce, outcome) => {
  const instances = Array.from({ length: 20 }, () => ({
    id: `order-${randomUUID()}`,
    name: "orderFulfilment",
    version: "2.0",
    runtimeStatus: "Failed",
    updatedAt: new Date(0),
    output: LOST,
  }));
  let elapsed = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => elapsed);
  onTestFinished(() => clock.mockRestore());
  let [begun, open, most] = [0, 0, 0];
  const end = Promise.withResolvers<undefined>();
  const hub = hubOf(instances, async () => {
    begun += 1;
    most = Math.max(most, ++open);
    // The eighth one ends with the time limit, and leaves its place to the ninth; the others end after it.
    if (begun === 8) elapsed = LIMIT_MS;
    if (begun === 9) {
      elapsed = LIMIT_MS + 1;
      end.resolve(undefined);
    }
    if (begun !== 8) await end.promise;
    open -= 1;
    return outcome;
  });
  expect(await runOnce(hub)).toMatchObject({ isComplete: false });
  expect([most, begun]).toEqual([8, 9]);
});
