import { afterEach, expect, test, vi } from "vitest";
import type { HubInstance, TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { restart } from "../../src/operations/rewind-or-restart.ts";
import { executeCommand } from "../../src/operations/instance-commands.ts";

afterEach(() => {
  vi.restoreAllMocks();
});

const [PROCESS, PART] = ["renditions-1", "renditions-1-lane"];
const instance = (id: string, runtimeStatus: HubInstance["runtimeStatus"]): HubInstance => ({
  id,
  name: "albumRenditions",
  version: undefined,
  runtimeStatus,
  customStatus: null,
  output: null,
  createdAt: new Date(),
  updatedAt: new Date(),
});

/** A failed process with a part that ignores its termination, while half a minute passes with each poll. */
function hubWithBusyPart() {
  let now = 0;
  vi.spyOn(performance, "now").mockImplementation(() => (now += 30_000));
  const history = [{ EventType: "SubOrchestrationInstanceCreated", InstanceId: PART }];
  const run = { instance: instance(PROCESS, "Failed"), input: {}, history };
  const start = vi.fn<() => Promise<"started">>(async () => "started");
  const hub = {
    run: async () => run,
    history: async () => history,
    instance: async (id: string) => instance(id, "Running"),
    command: async () => "accepted" as const,
    start,
  } as unknown as TaskHub;
  return { hub, run, start };
}

test("nothing is restarted while a part still runs, and the response says when to retry", async () => {
  const { hub, run, start } = hubWithBusyPart();
  const options = { reason: "", nextInputs: {} };
  await expect(executeCommand("restart", hub, run.instance, options)).rejects.toMatchObject({
    kind: "unavailable",
    headers: { "retry-after": "5" },
  });
  expect(start).not.toHaveBeenCalled();
});

test("a rescue does not restart it either: its attempt fails", async () => {
  const { hub, run, start } = hubWithBusyPart();
  await expect(restart(hub, run, {})).rejects.toThrow("Not all parts");
  expect(start).not.toHaveBeenCalled();
});
