import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { loadApp } from "../src/app/load-app.ts";
import type { LoadedApp } from "../src/app/loaded-app.ts";
import { createTestHost } from "../src/testing/test-host.ts";

/** The test API itself, with a small app of its own. */
let app: LoadedApp;
beforeAll(async () => {
  app = await loadApp(path.resolve(import.meta.dirname, "apps/approval"));
});

const HOUR = 3_600_000;

describe("time", () => {
  test("a 72 hour approval without an answer reminds after 24 and 48 hours and expires", async () => {
    await using host = await createTestHost({ app });
    const approval = await host.start("approval", { hours: 72 });
    const { output } = await approval.completion();
    expect(output).toEqual({ kind: "expired", reminders: 2 });
    const reminders = host.activity("remind").calls.map(({ at }) => (at - Date.parse("2026-01-01")) / HOUR);
    expect(reminders).toEqual([24, 48]);
  });

  test("time does not move until a test moves it", async () => {
    await using host = await createTestHost({ app });
    const approval = await host.start("approval", { hours: 72 });
    await host.advance({ hours: 23, minutes: 59 });
    expect(host.activity("remind").calls).toHaveLength(0);
    await host.advance({ minutes: 1 });
    expect(host.activity("remind").calls).toHaveLength(1);
    expect((await approval.status()).runtimeStatus).toBe("Running");
  });

  test("an event decides the approval, and no timer keeps the instance running", async () => {
    await using host = await createTestHost({ app, startAt: new Date("2027-05-01T10:00:00Z") });
    const approval = await host.start("approval", { hours: 72 });
    await host.advance({ hours: 30 });
    await approval.raise("decided", { by: "the approver" });
    expect(await approval.status()).toMatchObject({
      runtimeStatus: "Completed",
      output: { kind: "decided", by: "the approver", reminders: 1 },
    });
    expect(host.clock.now()).toBe(Date.parse("2027-05-02T16:00:00Z"));
  });

  test("reports the cause if nothing is due that could end an instance", async () => {
    await using host = await createTestHost({ app });
    const waiting = await host.start("patient", {});
    await expect(waiting.completion()).rejects.toThrow(/is Running and nothing is due[^]*ExecutionStarted/);
  });

  test("also reports it while another instance runs forever", async () => {
    await using host = await createTestHost({ app, horizon: { days: 2 } });
    await host.start("hourly", {});
    const waiting = await host.start("patient", {});
    await expect(waiting.completion()).rejects.toThrow(/is Running and nothing is due[^]*ExecutionStarted/);
    expect(host.clock.now() - Date.parse("2026-01-01")).toBe(48 * HOUR);
  });
});

describe("activities", () => {
  test("a double replaces the code, and its calls are recorded", async () => {
    await using host = await createTestHost({ app });
    host.activity("double").replaceWith(({ x }: { x: number }) => x * 1000);
    const sum = await host.start("sum", { xs: [1, 2] });
    expect((await sum.completion()).output).toBe(3000);
    expect(host.activity("double").calls).toMatchObject([
      { input: { x: 1 }, instanceId: sum.id, outcome: { result: 1000 } },
      { input: { x: 2 }, instanceId: sum.id, outcome: { result: 2000 } },
    ]);
    host.activity("double").restore();
    expect((await (await host.start("sum", { xs: [1, 2] })).completion()).output).toBe(6);
  });

  test("the n-th call fails on request, and the retry policy handles it", async () => {
    await using host = await createTestHost({ app });
    host.activity("double").failOn(1).failOn(2);
    const sum = await host.start("sum", { xs: [5] });
    expect((await sum.completion()).output).toBe(10);
    expect(host.activity("double").calls.map(({ outcome }) => outcome)).toEqual([
      { error: "Call 1 of double fails at the request of the test" },
      { error: "Call 2 of double fails at the request of the test" },
      { result: 10 },
    ]);
  });

  test("failOn refuses a call that was already made", async () => {
    await using host = await createTestHost({ app });
    await (await host.start("sum", { xs: [5] })).completion();
    expect(() => host.activity("double").failOn(1)).toThrow("Call 1 of double was already made");
    host.activity("double").failOn(2);
  });

  test("the results of the next calls are lost after the calls have run", async () => {
    await using host = await createTestHost({ app });
    let runs = 0;
    const double = host.activity("double").replaceWith(({ x }: { x: number }) => ((runs += 1), x * 2));
    double.failAfterRunning(2);
    const sum = await host.start("sum", { xs: [5] });
    expect((await sum.completion()).output).toBe(10);
    expect(runs).toBe(3);
    const lost = { error: "The result of double is lost at the request of the test" };
    expect(double.calls.map(({ outcome }) => outcome)).toEqual([lost, lost, { result: 10 }]);
  });

  test("every result is lost until `restore`; a call that fails in the app's code does not count", async () => {
    await using host = await createTestHost({ app });
    const double = host.activity("double").failOn(1, "not run").failAfterRunning();
    const failed = await host.start("sum", { xs: [5] });
    expect((await failed.completion()).runtimeStatus).toBe("Failed");
    expect(double.calls[0]?.outcome).toEqual({ error: "not run" });
    expect(double.calls.length).toBeGreaterThan(1);
    double
      .restore()
      .failOn(double.calls.length + 1)
      .failAfterRunning(1);
    const calls = double.calls.length;
    const sum = await host.start("sum", { xs: [5] });
    expect((await sum.completion()).output).toBe(10);
    expect(double.calls).toHaveLength(calls + 3);
  });

  test("a call is held before it runs, while time moves on", async () => {
    await using host = await createTestHost({ app });
    const held = host.activity("double").nextCall();
    const sum = await host.start("sum", { xs: [5] });
    const call = await held;
    expect(call.input).toEqual({ x: 5 });
    await host.advance({ hours: 1 });
    expect((await sum.status()).runtimeStatus).toBe("Running");
    call.release();
    expect((await sum.status()).output).toBe(10);
  });

  test("a slow call takes virtual time, not real time", async () => {
    await using host = await createTestHost({ app });
    host.activity("double").delayBy(5 * HOUR);
    const sum = await host.start("sum", { xs: [5, 6] });
    expect((await sum.completion()).output).toBe(22);
    expect(host.clock.now() - Date.parse("2026-01-01")).toBe(5 * HOUR);
  });

  test("the error for an unknown name lists the known names", async () => {
    await using host = await createTestHost({ app });
    expect(() => host.activity("duoble")).toThrow("no activity duoble. It has: double, remind");
  });
});

describe("entities", () => {
  test("are signalled, keep their state through a crash, and are read", async () => {
    const counters = path.resolve(import.meta.dirname, "apps/counter-entity");
    await using host = await createTestHost({ app: counters, store: "file" });
    const counter = host.entity("Counter", "a");
    expect(await counter.state()).toBeUndefined();
    await counter.signal("add", 2);
    await host.crash();
    await counter.signal("add", 3);
    expect(await counter.state()).toBe(5);
    expect(await host.entity("counter", "b").state()).toBeUndefined();
    expect(() => host.entity("cuonter", "a")).toThrow("no entity cuonter. It has: counter");
  });
});

describe("inspecting an instance", () => {
  test("history as rows and as a table, and the number of replays", async () => {
    await using host = await createTestHost({ app });
    const sum = await host.start("sum", { xs: [1, 2] }, { instanceId: "sum-1" });
    await sum.completion();
    expect((await sum.history()).filter(({ event }) => event.startsWith("Task"))).toEqual([
      { event: "TaskScheduled", id: 0, what: "double" },
      { event: "TaskScheduled", id: 1, what: "double" },
      { event: "TaskCompleted", id: 0 },
      { event: "TaskCompleted", id: 1 },
    ]);
    expect(await sum.historyTable()).toContain("TaskScheduled                        0  double");
    expect(sum.replays).toBe(2);
  });

  test("problems follow the history, and are in the error about an instance that does not end", async () => {
    await using host = await createTestHost({ app, settings: { strict: false } });
    const patient = await host.start("patient", {});
    await patient.raise("NEVER");
    const problem = "The event 'NEVER' matches 'never' except for its case";
    expect((await patient.history()).at(-1)).toEqual({
      event: "Problem",
      what: expect.stringContaining(problem) as string,
    });
    await expect(patient.completion()).rejects.toThrow(problem);
    const problems = (id: string) => host.fetch(`/admin/instances/${encodeURIComponent(id)}/problems`);
    expect(await (await problems(patient.id)).json()).toEqual([expect.stringContaining(problem)]);
    expect((await problems("nobody")).status).toBe(404);
    const status = await (await host.fetch(`/runtime/webhooks/durabletask/instances/${patient.id}`)).json();
    expect(Object.keys(status as object)).not.toContain("problems");
  });

  test("suspend, resume and terminate", async () => {
    await using host = await createTestHost({ app });
    const patient = await host.start("patient", {});
    await patient.suspend("audit");
    await patient.raise("never", { came: "after all" });
    expect((await patient.status()).runtimeStatus).toBe("Suspended");
    await patient.resume("audit done");
    expect(await patient.status()).toMatchObject({ output: { came: "after all" } });

    const other = await host.start("approval", { hours: 72 });
    await other.terminate("no longer needed");
    expect(await other.status()).toMatchObject({
      runtimeStatus: "Terminated",
      output: "no longer needed",
    });
  });
});

describe("crashes", () => {
  test("an instance survives a death after each of its commits, and its history is the same", async () => {
    const undisturbed = await createTestHost({ app });
    const expected = await undisturbed.start("approval", { hours: 72 }, { instanceId: "a" });
    await expected.completion();
    const history = await expected.history();
    await undisturbed.stop();

    for (let commits = 1; commits <= 12; commits++) {
      await using host = await createTestHost({ app, store: "file" });
      const approval = await host.start("approval", { hours: 72 }, { instanceId: "a" });
      host.crashAfterCommits(commits);
      await approval.completion().catch(() => undefined);
      await host.restart();
      expect((await approval.completion()).output).toEqual({ kind: "expired", reminders: 2 });
      expect(await approval.history()).toEqual(history);
    }
  });

  test("a held activity that dies with its host is called again", async () => {
    await using host = await createTestHost({ app, store: "file" });
    const held = host.activity("double").nextCall();
    const sum = await host.start("sum", { xs: [5] });
    await held;
    await host.crash();
    expect((await sum.completion()).output).toBe(10);
    expect(host.activity("double").calls).toHaveLength(2);
  });

  test("a call after a crash, or a restart, reaches the new host", { timeout: 60_000 }, async () => {
    await using host = await createTestHost({ app, store: "file" });
    const url = `${host.url}/runtime/webhooks/durabletask/instances`;
    for (let crash = 0; crash < 20; crash++) {
      // Several connections, which the client keeps for its next calls.
      const statuses = async () =>
        Promise.all(Array.from({ length: 20 }, async () => (await fetch(url, { method: "DELETE" })).status));
      const before = await statuses();
      await (crash % 2 === 0 ? host.crash() : host.restart());
      expect(await statuses()).toEqual(before);
    }
  });

  test("needs a store that survives the crash", async () => {
    await using host = await createTestHost({ app });
    expect(() => host.crashAfterCommits(1)).toThrow('store: "file"');
  });
});
