import { OrchestrationRuntimeStatus } from "durable-functions";
import { beforeEach, expect, test, vi } from "vitest";
import type { InstanceStatus, OrchestrationClient } from "../../src/durable/client/orchestration-client.ts";
import { defineOrchestration, type } from "../../src/durable/orchestration/contract.ts";
import { startSingleton } from "../../src/http/start-singleton.ts";
import { TableClaims } from "../../src/storage/claims.ts";
import { testStorage } from "../support/storage.ts";

interface Run {
  readonly run: string;
}
const orchestration = defineOrchestration("sweep", {
  input: type<Run>(),
  output: type<null>(),
  status: type<null>(),
});
const claims = new TableClaims(testStorage());

/** A task hub that counts all attempts to start: on Azure Storage, simultaneous ones may all succeed. */
class Hub {
  readonly instances = new Map<string, InstanceStatus<Run, null, null>>();
  readonly started: string[] = [];
  readonly client = {
    start: async (_: unknown, id: string, input: Run) => {
      this.started.push(input.run);
      if (this.instances.get(id)?.runtimeStatus === OrchestrationRuntimeStatus.Running) return "exists";
      this.put(id, input.run, OrchestrationRuntimeStatus.Running);
      return "started";
    },
    find: async (_: unknown, id: string) => this.instances.get(id),
  } as unknown as OrchestrationClient;

  put(id: string, run: string, runtimeStatus: OrchestrationRuntimeStatus) {
    const at = new Date();
    this.instances.set(id, { instanceId: id, runtimeStatus, input: { run }, createdAt: at, updatedAt: at });
  }
}

let hub: Hub;
let id: string;
let ids = 0;
beforeEach(() => {
  hub = new Hub();
  id = `sweep-${++ids}`;
});

const start = (run: string) =>
  startSingleton(hub.client, claims, { orchestration, id, input: { run }, runOf: (input) => input.run });

test("one of many simultaneous calls starts the instance, and the others find it", async () => {
  const found = await Promise.all(["a", "b", "c", "d", "e"].map(start));
  expect(hub.started).toHaveLength(1);
  const others = found.filter((instance) => instance !== undefined);
  expect(others.map(({ input }) => input.run)).toEqual(Array.from({ length: 4 }, () => hub.started[0]));
});

test("while it runs, nothing is started", async () => {
  await start("a");
  expect(await start("b")).toMatchObject({ instanceId: id, input: { run: "a" } });
  expect(hub.started).toEqual(["a"]);
});

test.each(["Completed", "Failed", "Terminated"] as const)(
  "when it has ended as %s, it runs again",
  async (end) => {
    await start("a");
    hub.put(id, "a", OrchestrationRuntimeStatus[end]);
    const [one, other] = await Promise.all([start("b"), start("c")]);
    expect(hub.started).toHaveLength(2);
    expect(one ?? other).toMatchObject({ input: { run: hub.started[1] } });
    expect([one, other]).toContain(undefined);
  },
);

test("if the process with the claim dies before the start, another one starts it", async () => {
  const dies = new Hub();
  dies.client.start = () => Promise.reject(new Error("died"));
  const singleton = { orchestration, id, input: { run: "a" }, runOf: ({ run }: Run) => run };
  await expect(startSingleton(dies.client, claims, singleton)).rejects.toThrow("died");
  // The time for which a call waits for the other one passes immediately.
  let seconds = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => 1000 * seconds++);
  expect(await start("b")).toBeUndefined();
  clock.mockRestore();
  expect(hub.started).toEqual(["b"]);
});
