import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { sampleApp } from "./support/sample-app.ts";

/** The well-known samples of the SDK's documentation, under the real command and over HTTP. */

const HOUR = 3_600_000;

test("hello sequence: one activity after the other, the results in order", async () => {
  const app = await sampleApp("hello-sequence");
  const run = await app.start("helloSequence");
  expect(await run.end()).toMatchObject({
    runtimeStatus: "Completed",
    output: ["Hello Tokyo!", "Hello Seattle!", "Hello Cairo!"],
  });
});

test("fan-out/fan-in: every file is copied, the result is the sum of their sizes", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "fan-out-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const [from, to] = [path.join(folder, "site"), path.join(folder, "backup")];
  mkdirSync(path.join(from, "images"), { recursive: true });
  for (let page = 0; page < 20; page++) writeFileSync(path.join(from, `page-${page}.html`), "x".repeat(page));
  writeFileSync(path.join(from, "images", "logo.svg"), "<svg/>");

  const app = await sampleApp("fan-out");
  const run = await app.start("backUpSiteContent", { from, to });
  expect(await run.end()).toMatchObject({ runtimeStatus: "Completed", output: 190 + 6 });
  expect(readFileSync(path.join(to, "images", "logo.svg"), "utf8")).toBe("<svg/>");
  expect(readFileSync(path.join(to, "page-19.html"), "utf8")).toHaveLength(19);
});

test("counter entity: signalled, read over HTTP, called by an orchestration", async () => {
  const app = await sampleApp("counter-entity");
  const value = async () => (await app.get("/api/counters/visits")).json();
  expect((await app.get("/api/counters/visits")).status).toBe(404);
  expect((await app.post("/api/counters/visits/add", 7)).status).toBe(202);
  expect((await app.post("/api/counters/visits/add", 2)).status).toBe(202);
  await expect.poll(value).toEqual({ value: 9 });

  expect((await (await app.start("countUpToTen", "visits")).end()).output).toEqual({ before: 9, after: 10 });
  expect((await (await app.start("countUpToTen", "visits")).end()).output).toEqual({ before: 10, after: 10 });

  await app.post("/api/counters/visits/reset");
  await expect.poll(value).toEqual({ value: 0 });
});

describe("endless counter with continue-as-new", () => {
  test("runs once an hour forever, until it is terminated", async () => {
    const app = await sampleApp("endless-counter", "--virtual-time");
    const run = await app.start("countHours", { hours: 0 });
    const hoursOf = (customStatus: unknown) => (customStatus as { hours?: number } | null)?.hours ?? 0;
    const after30Days = await run.when(({ customStatus }) => hoursOf(customStatus) >= 30 * 24);
    expect(after30Days.runtimeStatus).toBe("Running");
    await run.terminate("enough");
    expect(await run.end()).toMatchObject({ runtimeStatus: "Terminated", output: "enough" });
  });

  test("counts events and ends on request", async () => {
    const app = await sampleApp("endless-counter");
    const run = await app.start("countEvents", { count: 0 });
    for (const [operation, count] of [
      ["increment", 1],
      ["increment", 2],
      ["decrement", 1],
    ] as const) {
      await run.raise("operation", operation);
      await run.when(({ customStatus }) => (customStatus as { count?: number } | null)?.count === count);
    }
    await run.raise("operation", "end");
    expect(await run.end()).toMatchObject({ runtimeStatus: "Completed", output: 1 });
  });
});

test("cancelled timer: the instance ends immediately if it is cancelled, and else after a day", async () => {
  const app = await sampleApp("cancelled-timer", "--virtual-time", "--paused");
  const cancelling = await app.start("workInTime", { cancel: true });
  expect(await cancelling.end()).toMatchObject({ runtimeStatus: "Completed", output: "done" });

  const lingering = await app.start("workInTime", { cancel: false });
  await app.advance("PT23H");
  expect((await lingering.status()).runtimeStatus).toBe("Running");
  await app.advance("PT1H");
  expect(await lingering.status()).toMatchObject({ runtimeStatus: "Completed", output: "done" });
});

describe("sub-orchestrator with retry", () => {
  test("a child that fails is started again, the others are not", async () => {
    const app = await sampleApp("sub-orchestrator-retry", "--virtual-time");
    const ended = await (await app.start("provisionDevices", ["willing", "moody"])).end();
    expect(ended).toMatchObject({ runtimeStatus: "Completed", output: ["willing: 1", "moody: 3"] });
    // One hour, then two.
    expect(elapsed(ended)).toBeGreaterThanOrEqual(3 * HOUR);
  });

  test("the error of the last attempt reaches the parent", async () => {
    const app = await sampleApp("sub-orchestrator-retry", "--virtual-time");
    const ended = await (await app.start("provisionDevices", ["broken"])).end();
    expect(ended.runtimeStatus).toBe("Failed");
    expect(ended.output).toMatch(/broken does not answer/);
    expect(elapsed(ended)).toBeGreaterThanOrEqual(7 * HOUR);
  });
});

describe("SMS phone verification", () => {
  async function started(phone: string) {
    const app = await sampleApp("sms-verification", "--virtual-time", "--paused");
    const run = await app.start("verifyPhone", phone);
    const message = async () => (await (await app.get(`/api/phones/${phone}`)).text()).slice(-6, -2);
    await expect.poll(message).toMatch(/^\d{4}$/);
    const code = await message();
    const wrongCode = code === "0000" ? "1111" : "0000";
    return { app, run, code, wrongCode };
  }

  test("the right code at the third attempt verifies the phone", async () => {
    const { run, code, wrongCode } = await started("5550100");
    for (const answer of [wrongCode, wrongCode, code]) await run.raise("response", answer);
    expect(await run.end()).toMatchObject({ runtimeStatus: "Completed", output: true });
  });

  test("three wrong codes do not verify it", async () => {
    const { run, wrongCode } = await started("5550101");
    for (let attempt = 0; attempt < 3; attempt++) await run.raise("response", wrongCode);
    expect(await run.end()).toMatchObject({ runtimeStatus: "Completed", output: false });
  });

  test("no answer within 90 seconds does not verify it", async () => {
    const { app, run } = await started("5550102");
    await app.advance("PT1M29S");
    expect((await run.status()).runtimeStatus).toBe("Running");
    await app.advance("PT1S");
    expect(await run.status()).toMatchObject({ runtimeStatus: "Completed", output: false });
  });
});

test("weather monitor: polls every half hour until it is clear or six hours have passed, and alerts once", async () => {
  const app = await sampleApp("weather-monitor", "--virtual-time");
  const clear = await app.start("watchWeather", { place: "seattle", phone: "5550100" });
  const cloudy = await app.start("watchWeather", { place: "bergen", phone: "5550101" });
  expect((await clear.end()).output).toEqual({ clearAfterMinutes: 120 });
  expect((await cloudy.end()).output).toEqual({ clearAfterMinutes: null });
  expect(await (await app.get("/api/log")).json()).toEqual({
    asked: { seattle: 5, bergen: 12 },
    alerts: [{ place: "seattle", phone: "5550100" }],
  });
});

function elapsed({
  createdTime,
  lastUpdatedTime,
}: {
  readonly createdTime: string;
  readonly lastUpdatedTime: string;
}): number {
  return Date.parse(lastUpdatedTime) - Date.parse(createdTime);
}
