import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Poller } from "../../src/triggers/poller.ts";

/** The started pauses, and a function that ends the current one. */
const pauses: number[] = [];
let endPause: () => void;
vi.mock("node:timers/promises", () => ({
  setTimeout: (ms: number, _: unknown, { signal }: { signal: AbortSignal }) =>
    new Promise<void>((resolve, reject) => {
      pauses.push(ms);
      endPause = resolve;
      signal.addEventListener("abort", () => reject(signal.reason as Error));
    }),
}));

const nextTurn = () => new Promise(setImmediate);
let looks: (boolean | Error)[];
let faults: string[];
let poller: Poller;

beforeEach(() => {
  [looks, faults, pauses.length] = [[], [], 0];
  poller = new Poller({
    look: async () => {
      const found = looks.shift() ?? false;
      if (found instanceof Error) throw found;
      return found;
    },
    shortestPauseMs: 100,
    longestPauseMs: 500,
    tellFault: (fault) => void faults.push(fault),
  });
});
afterEach(() => poller.stop());

/** Polls until this many pauses have ended. */
async function afterPauses(count: number): Promise<void> {
  for (let ended = 0; ended < count; ended++) {
    await nextTurn();
    endPause();
  }
  await nextTurn();
}

test("pauses double up to the longest one", async () => {
  poller.start();
  await afterPauses(4);
  expect(pauses).toEqual([100, 200, 400, 500, 500]);
});

test("after a poll with work the next one follows immediately, and pauses start again with the shortest", async () => {
  looks = [false, false, true, true];
  poller.start();
  await afterPauses(3);
  expect(pauses).toEqual([100, 200, 100, 200]);
});

test("pollNow ends the pause", async () => {
  poller.start();
  await afterPauses(1);
  poller.pollNow();
  await nextTurn();
  expect(pauses).toEqual([100, 200, 100]);
});

test("a fault is reported once, until it changes or a poll succeeds", async () => {
  const refused = new Error("refused");
  looks = [refused, refused, new Error("too slow"), false, refused];
  poller.start();
  await afterPauses(5);
  expect(faults).toEqual(["refused", "too slow", "refused"]);
});

test("stopping ends the pause, and waits for the current poll", async () => {
  poller.start();
  await afterPauses(1);
  await poller.stop();
  expect(pauses).toEqual([100, 200]);
});
