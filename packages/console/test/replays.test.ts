import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { History } from "durable-replay";
import { afterEach, beforeEach, expect, onTestFinished, test, vi } from "vitest";
import { LOCAL } from "../../../tools/run.ts";
import { Replays } from "../src/server/replays.ts";

/** What the process of a replay may take. */

vi.setConfig({ testTimeout: 90_000 });

const HISTORY: History = {
  instanceId: "one",
  parentInstanceId: null,
  executionId: "1",
  name: "main",
  version: null,
  status: "Running",
  events: [],
};

beforeEach(() => void vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] }));
afterEach(() => void vi.useRealTimers());

/** Replays of an app that runs this code when it is loaded. */
function replaysOf(code: string): Replays {
  // In this workspace, so that the app has the packages.
  mkdirSync(LOCAL, { recursive: true });
  const folder = mkdtempSync(path.join(LOCAL, "replayed-app-"));
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ main: "main.js" }));
  writeFileSync(path.join(folder, "host.json"), '{"version":"2.0"}');
  writeFileSync(path.join(folder, "main.js"), code);
  const replays = new Replays(folder);
  onTestFinished(() => {
    replays.close();
    rmSync(folder, { recursive: true });
  });
  return replays;
}

test("a replay that has not ended after a minute is given up, and the next one has a new process", async () => {
  const replays = replaysOf("for (;;);");
  for (let tries = 0; tries < 2; tries++) {
    let outcome = "runs";
    const ended = replays.replay(HISTORY, undefined).catch((error: Error) => (outcome = error.message));
    await vi.advanceTimersByTimeAsync(59_999);
    expect(outcome).toBe("runs");
    await vi.advanceTimersByTimeAsync(1);
    expect(await ended).toBe("The replay has not ended after 60 s.");
  }
});

test("a replay has 1,024 MB of memory", async () => {
  const code = `
    const limit = require("node:v8").getHeapStatistics().heap_size_limit;
    throw new Error("MB: " + Math.round(limit / 1024 ** 2));`;
  const error: unknown = await replaysOf(code)
    .replay(HISTORY, undefined)
    .catch((reason: unknown) => reason);
  const [, megabytes] = /MB: (\d+)/.exec(String(error)) ?? [];
  // And the space for new objects.
  expect(Number(megabytes)).toBeGreaterThanOrEqual(1024);
  expect(Number(megabytes)).toBeLessThan(1300);
});

test("a replay whose process ends without an answer has one that says why it may be", async () => {
  const replay = replaysOf('process.kill(process.pid, "SIGKILL");').replay(HISTORY, undefined);
  await expect(replay).rejects.toThrow("The process of the replay ended: too much memory, or process.exit()");
});
