import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadApp } from "../src/app/load-app.ts";
import type { LoadedApp } from "../src/app/loaded-app.ts";
import { createTestHost } from "../src/testing/test-host.ts";

/** The outcome of calls that a worker process had in progress when it was killed. */
const appFolder = (name: string) => path.resolve(import.meta.dirname, "apps", name);
let app: LoadedApp;
beforeAll(async () => {
  app = await loadApp(appFolder("approval"));
});

const GONE = "node exited with code 137 (0x89)";

describe("an activity in progress", () => {
  test("fails with the exit of its process, and is retried if there is a retry policy", async () => {
    await using host = await createTestHost({ app });
    const held = host.activity("double").nextCall();
    const sum = await host.start("sum", { xs: [4] });
    await held;
    await host.killWorker();
    expect(host.activity("double").calls).toMatchObject([{ input: { x: 4 } }]);
    expect((await sum.completion()).output).toBe(8);
    expect(host.activity("double").calls).toHaveLength(2);
    expect(await sum.historyTable()).toContain("TaskFailed");
  });

  test("that was held never runs, even if it is released afterwards", async () => {
    await using host = await createTestHost({ app });
    let runs = 0;
    host.activity("double").replaceWith(() => (runs += 1));
    const held = host.activity("double").nextCall();
    const sum = await host.start("sum", { xs: [4] });
    const call = await held;
    await host.killWorker();
    call.release();
    expect((await sum.completion()).output).toBe(1);
  });

  test("fails the instance with this message if nothing catches it", async () => {
    await using host = await createTestHost({ app });
    const held = host.activity("remind").nextCall();
    const approval = await host.start("approval", { hours: 72 });
    await host.advance({ hours: 24 });
    await held;
    await host.killWorker();
    expect(await approval.status()).toMatchObject({
      runtimeStatus: "Failed",
      output: expect.stringContaining(`Activity function 'remind' failed: ${GONE}`) as string,
    });
  });
});

describe("an orchestrator in progress", () => {
  test("fails its instance as non-deterministic, with the first task that it had scheduled", async () => {
    await using host = await createTestHost({ app });
    host.killWorkerAfter(2);
    const sum = await host.start("sum", { xs: [4] });
    const { runtimeStatus, output } = await sum.completion();
    expect(host.isWorkerDoomed).toBe(false);
    expect(runtimeStatus).toBe("Failed");
    expect(output).toBe(
      "Non-Deterministic workflow detected: A previous execution of this orchestration scheduled an activity task " +
        "with sequence ID 0 and name 'double' (version ''), but the current replay execution hasn't (yet?) scheduled " +
        "this task. Was a change made to the orchestrator code after this instance had already started running?",
    );
  });

  test("fails in its first episode with the exit of its process", async () => {
    await using host = await createTestHost({ app });
    host.killWorkerAfter(0);
    const sum = await host.start("sum", { xs: [4] });
    expect(await sum.completion()).toMatchObject({
      runtimeStatus: "Failed",
      output: `Orchestrator function 'sum' failed: One or more errors occurred. (${GONE})`,
    });
  });

  test("loses the custom status that it had set", async () => {
    await using host = await createTestHost({ app });
    const approval = await host.start("approval", { hours: 72 });
    await host.advance({ hours: 1 });
    host.killWorkerAfter(0);
    await approval.raise("decided", { by: "the approver" });
    expect(await approval.status()).toMatchObject({ runtimeStatus: "Failed", customStatus: null });
  });
});

test("an entity in progress gets its operations again", async () => {
  await using host = await createTestHost({ app: appFolder("counter-entity") });
  host.killWorkerAfter(0);
  await host.fetch("/api/counters/a/add", { method: "POST", body: "5" });
  await host.settle();
  expect(host.isWorkerDoomed).toBe(false);
  expect(await (await host.fetch("/api/counters/a")).json()).toEqual({ value: 5 });
});

test("a call of the admin API kills the worker under a host that serves an app", async () => {
  await using host = await createTestHost({ app });
  const held = host.activity("double").nextCall();
  const sum = await host.start("sum", { xs: [4] });
  const call = await held;
  const { status } = await host.fetch("/admin/worker/kill", { method: "POST" });
  call.release();
  expect([status, (await sum.completion()).output]).toEqual([202, 8]);
  // The first call gets no second response.
  expect(await sum.historyTable()).toContain("TaskFailed");
});
