import { expect, test } from "vitest";
import { sampleApp } from "../support/sample-app.ts";

interface Position {
  readonly now: string;
  readonly nextDue: string | null;
}

const DAY = 86_400_000;

test("automatic: days pass immediately, and an event right after the start is in time", async () => {
  const app = await sampleApp("cancelled-timer", "--virtual-time");
  const run = await app.start("workInTime", { cancel: false });
  const { createdTime, lastUpdatedTime } = await run.end();
  expect(Date.parse(lastUpdatedTime) - Date.parse(createdTime)).toBeGreaterThanOrEqual(DAY);

  const sms = await sampleApp("sms-verification", "--virtual-time");
  const verification = await sms.start("verifyPhone", "5550103");
  await Promise.all([1, 2, 3].map(() => verification.raise("response", "wrong")));
  const ended = await verification.end();
  // The time-out would have come 90 seconds after the start.
  expect(Date.parse(ended.lastUpdatedTime) - Date.parse(ended.createdTime)).toBeLessThan(90_000);
});

test("paused: time moves only on request, and can be read", async () => {
  const app = await sampleApp("cancelled-timer", "--virtual-time", "--paused");
  const position = async () => (await (await app.get("/admin/clock")).json()) as Position;
  const before = await position();
  expect(before.nextDue).toBeNull();

  const run = await app.start("workInTime", { cancel: false });
  await expect.poll(async () => (await position()).nextDue).not.toBeNull();
  const { now, nextDue } = await position();
  expect(now).toBe(before.now);

  const moved = await app.post("/admin/clock", { advanceTo: nextDue });
  expect(await moved.json()).toEqual({ now: nextDue, nextDue: null });
  expect((await run.status()).runtimeStatus).toBe("Completed");
});

test("begins at a given time", async () => {
  const start = "2026-01-01T10:00:00.000Z";
  const app = await sampleApp("cancelled-timer", "--virtual-time", "--paused", "--start-at", start);
  expect(((await (await app.get("/admin/clock")).json()) as Position).now).toBe(start);
  const run = await app.start("workInTime", { cancel: false });
  expect((await run.status()).createdTime).toBe("2026-01-01T10:00:00Z");
});

test("refuses an invalid move, or one back in time", async () => {
  const app = await sampleApp("cancelled-timer", "--virtual-time", "--paused");
  for (const body of [
    {},
    { advance: "an hour" },
    { advance: "P1M" },
    { advanceTo: "2020-01-01T00:00:00Z" },
    5,
  ]) {
    const answer = await app.post("/admin/clock", body);
    expect(answer.status).toBe(400);
    expect(await answer.json()).toEqual({ error: expect.stringContaining(`{"advance":"PT1H"}`) });
  }
});

test("real time has no clock to move", async () => {
  const app = await sampleApp("cancelled-timer");
  expect((await app.get("/admin/clock")).status).toBe(404);
  expect((await app.post("/admin/clock", { advance: "PT1H" })).status).toBe(404);
});
