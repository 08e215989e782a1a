import { expect, test } from "vitest";
import { startedHost } from "../support/started-host.ts";
import { appFolder } from "../support/app-fixture.ts";
import { ManualClock } from "../support/manual-clock.ts";
import { VirtualClock } from "../../src/virtual-clock.ts";

const START = Date.UTC(2026, 10, 24, 12);
const MINUTE_MS = 60_000;

function calls(): unknown[] {
  return (globalThis as { timerCalls?: unknown[] }).timerCalls ?? [];
}

function timerApp(options: string, handler = "calls.push(timer)"): string {
  return appFolder({
    "app.mjs": `import { app } from "@azure/functions";
const calls = globalThis.timerCalls = [];
app.timer("tick", { ${options}, handler: async (timer, context) => { ${handler}; } });`,
  });
}

test("a timer function runs by its schedule and the host's clock", async () => {
  const clock = new ManualClock(START);
  await startedHost(timerApp(`schedule: "0 */5 * * * *"`), { clock });
  await clock.advanceTo(START + 4 * MINUTE_MS);
  expect(calls()).toEqual([]);
  await clock.advanceTo(START + 15 * MINUTE_MS);
  expect(calls()).toHaveLength(3);
  const status = (last: string, next: string) => ({
    schedule: { adjustForDST: true },
    scheduleStatus: { last, next, lastUpdated: last },
    isPastDue: false,
  });
  // As in the Functions host, the status is the one before the run.
  expect(calls().slice(0, 2)).toEqual([
    status("0001-01-01T00:00:00.000Z", "2026-11-24T12:05:00.000Z"),
    status("2026-11-24T12:05:00.000Z", "2026-11-24T12:10:00.000Z"),
  ]);
});

test("a schedule of less than a minute, or without a monitor, has no status", async () => {
  const clock = new ManualClock(START);
  for (const options of [
    `schedule: "*/30 * * * * *"`,
    `schedule: "00:00:30"`,
    `schedule: "0 * * * * *", useMonitor: false`,
  ]) {
    await startedHost(timerApp(options), { clock });
    await clock.advanceTo(clock.now() + MINUTE_MS);
    expect(calls()[0]).toMatchObject({ scheduleStatus: null });
  }
});

test("a run by hand gets the current status, and does not change it", async () => {
  const clock = new ManualClock(START);
  const { host } = await startedHost(timerApp(`schedule: "0 */5 * * * *"`), { clock });
  await clock.advanceTo(START + 6 * MINUTE_MS);
  await fetch(`${host.url}/admin/functions/tick`, { method: "POST" });
  await expect.poll(calls).toHaveLength(2);
  await clock.advanceTo(START + 10 * MINUTE_MS);
  expect(calls()[1]).toMatchObject({
    scheduleStatus: { last: "2026-11-24T12:05:00.000Z", next: "2026-11-24T12:10:00.000Z" },
  });
  expect(calls()[2]).toEqual(calls()[1]);
});

test("a run by hand prefers the function with the exact name to one that differs in case", async () => {
  const app = appFolder({
    "app.mjs": `import { app } from "@azure/functions";
const calls = globalThis.timerCalls = [];
for (const name of ["Tick", "tick"]) {
  app.timer(name, { schedule: "0 0 0 1 1 *", handler: () => { calls.push(name); } });
}`,
  });
  const { host } = await startedHost(app);
  await fetch(`${host.url}/admin/functions/tick`, { method: "POST" });
  await fetch(`${host.url}/admin/functions/Tick`, { method: "POST" });
  await expect.poll(calls).toEqual(["tick", "Tick"]);
});

test("a timer function has no trigger metadata", async () => {
  const clock = new ManualClock(START);
  await startedHost(timerApp(`schedule: "0 0 * * * *"`, "calls.push(context.triggerMetadata)"), { clock });
  await clock.advanceTo(START + 60 * MINUTE_MS);
  expect(calls()).toEqual([undefined]);
});

test("virtual time does not move while a timer function runs", async () => {
  const clock = new VirtualClock(START);
  const slow =
    "await new Promise((resolve) => setTimeout(resolve, 20)); calls.push(timer.scheduleStatus.next)";
  const { host } = await startedHost(timerApp(`schedule: "0 0 * * * *"`, slow), { clock });
  clock.waitWith(() => host.idle());
  await clock.advance(3 * 60 * MINUTE_MS);
  expect(calls()).toEqual([13, 14, 15].map((hour) => `2026-11-24T${hour}:00:00.000Z`));
});

test("runOnStartup runs it immediately, and the schedule may be a setting", async () => {
  process.env["TICK_SCHEDULE"] = "0 0 * * * *";
  const clock = new ManualClock(START);
  await startedHost(timerApp(`schedule: "%TICK_SCHEDULE%", runOnStartup: true`), { clock });
  await expect.poll(calls).toHaveLength(1);
  await clock.advanceTo(START + 60 * MINUTE_MS);
  expect(calls()).toHaveLength(2);
});

test("a failing timer function is retried according to its retry options", async () => {
  const clock = new ManualClock(START);
  const app = timerApp(
    `schedule: "0 0 * * * *", retry: { strategy: "fixedDelay", maxRetryCount: 2, delayInterval: { seconds: 10 } }`,
    `calls.push(context.retryContext?.retryCount); throw new Error("x")`,
  );
  await startedHost(app, { clock });
  await clock.advanceTo(START + 60 * MINUTE_MS);
  await clock.advanceTo(START + 60 * MINUTE_MS + 10_000);
  expect(calls()).toEqual([0, 1]);
  await clock.advanceTo(START + 61 * MINUTE_MS);
  expect(calls()).toEqual([0, 1, 2]);
});

test("a repeated attempt gets the failure of the previous one", async () => {
  const clock = new ManualClock(START);
  const app = timerApp(
    `schedule: "0 0 * * * *", retry: { strategy: "fixedDelay", maxRetryCount: 1, delayInterval: { seconds: 10 } }`,
    `calls.push(context.retryContext.exception); throw new Error("attempt " + context.retryContext.retryCount)`,
  );
  await startedHost(app, { clock });
  await clock.advanceTo(START + 61 * MINUTE_MS);
  expect(calls()).toEqual([
    undefined,
    { message: "attempt 0", stackTrace: expect.stringContaining("Error: attempt 0\n    at ") as string },
  ]);
});

test("names of settings are case-insensitive, and a missing one is reported by name", async () => {
  process.env["TOCK_SCHEDULE"] = "0 0 * * * *";
  const clock = new ManualClock(START);
  await startedHost(timerApp(`schedule: "%tock_Schedule%"`), { clock });
  await clock.advanceTo(START + 60 * MINUTE_MS);
  expect(calls()).toHaveLength(1);
  const { logs } = await startedHost(timerApp(`schedule: "%NOPE%"`));
  expect(logs).toContainEqual(
    expect.objectContaining({
      level: "error",
      functionName: "tick",
      message: `The setting "NOPE" is missing: "%NOPE%" refers to it.`,
    }),
  );
});

test("an invalid schedule is reported, and the rest of the app runs", async () => {
  const { host, logs } = await startedHost(timerApp(`schedule: "nonsense"`));
  expect(logs).toContainEqual(
    expect.objectContaining({
      level: "error",
      functionName: "tick",
      message: expect.stringMatching(/^"nonsense" is not a schedule/) as string,
    }),
  );
  expect((await fetch(`${host.url}/admin/host/status`)).status).toBe(200);
});

test("functions can be run by hand", async () => {
  const app = appFolder({
    "app.mjs": `import { app } from "@azure/functions";
const calls = globalThis.timerCalls = [];
app.timer("tick", { schedule: "0 0 0 1 1 *", handler: (timer) => { calls.push(timer.isPastDue); } });
app.storageQueue("inbox", { queueName: "q", connection: "NoSuchSetting", handler: (message) => { calls.push(message); } });
app.http("page", { handler: () => ({}) });`,
  });
  const { host, logs } = await startedHost(app);
  const run = async (name: string, body?: string): Promise<number> =>
    (
      await fetch(`${host.url}/admin/functions/${name}`, {
        method: "POST",
        ...(body === undefined ? {} : { body, headers: { "content-type": "application/json" } }),
      })
    ).status;
  expect(await run("TICK")).toBe(202);
  expect(await run("inbox", `{"input":{"n":1}}`)).toBe(202);
  expect(await run("inbox", `{"input":"plain"}`)).toBe(202);
  expect(await run("inbox", `{bad`)).toBe(400);
  expect(await run("page", "{}")).toBe(404);
  expect(await run("unknown", "{}")).toBe(404);
  await expect.poll(calls).toEqual([false, { n: 1 }, "plain"]);
  expect(logs.map(({ message }) => message)).toContain(
    `The setting "NoSuchSetting" is missing: it must hold a storage connection string.`,
  );
});
