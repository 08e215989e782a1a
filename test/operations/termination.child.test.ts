import { afterEach, expect, test, vi } from "vitest";
import { poll } from "../../src/durable/client/poll.ts";
import type { HubInstance, TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { terminateParts, terminateWithChildren } from "../../src/durable/task-hub/termination.ts";

vi.mock(import("../../src/durable/client/poll.ts"), { spy: true });
afterEach(() => vi.restoreAllMocks());

const hubWith = (instance: Partial<HubInstance> | undefined) =>
  ({
    instance: async () => instance,
    command: async () => "accepted",
    history: async (id: string) =>
      id === "parent" ? [{ EventType: "SubOrchestrationInstanceCreated", InstanceId: "child" }] : [],
  }) as unknown as TaskHub;

test.each([
  ["an instance", () => terminateWithChildren(hubWith({ runtimeStatus: "Running" }), "child", "enough")],
  ["a part", () => terminateParts(hubWith({ runtimeStatus: "Running" }), "parent", "enough")],
])("%s that does not end is given up after 20 seconds", async (_what, terminate) => {
  vi.spyOn(performance, "now").mockReturnValue(0);
  vi.mocked(poll).mockImplementationOnce(async (attempt) => attempt());
  expect(await terminate()).toEqual({ asked: 1, isComplete: false });
  expect(vi.mocked(poll).mock.calls[0]?.[1].timeoutMs).toBe(20_000);
});

test.each([
  [5000, undefined],
  [5001, true],
])("a child that does not appear in %i ms: counts as purged: %s", async (milliseconds, expected) => {
  const clock = vi.spyOn(performance, "now").mockReturnValue(0);
  const seen: unknown[] = [];
  vi.mocked(poll).mockImplementationOnce(async (attempt) => {
    clock.mockReturnValue(milliseconds);
    const value = await attempt();
    seen.push(value);
    return value;
  });
  await terminateWithChildren(hubWith(undefined), "child", "enough");
  expect(seen).toEqual([expected]);
});

test("a child that does not exist yet is awaited and terminated", async () => {
  let reads = 0;
  const ended: string[] = [];
  const taskHub = {
    instance: (id: string): Promise<Partial<HubInstance> | undefined> =>
      Promise.resolve(
        ++reads === 1 ? undefined : { id, runtimeStatus: ended.includes(id) ? "Terminated" : "Running" },
      ),
    command: (id: string) => Promise.resolve(ended.push(id) && "accepted"),
    history: () => Promise.resolve([]),
  } as unknown as TaskHub;
  expect(await terminateWithChildren(taskHub, "child", "enough")).toEqual({ asked: 1, isComplete: true });
  expect(ended).toEqual(["child"]);
});
