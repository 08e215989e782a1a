import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { poll } from "../../src/durable/client/poll.ts";

/** The pauses that were made; time passes only in them. */
const pauses: number[] = [];
let now = 0;
vi.mock("node:timers/promises", () => ({
  setTimeout: async (ms: number) => {
    pauses.push(ms);
    now += ms;
  },
}));
beforeEach(() => {
  [pauses.length, now] = [0, 0];
  vi.spyOn(performance, "now").mockImplementation(() => now);
});
afterEach(() => vi.restoreAllMocks());

const PAUSES = { timeoutMs: 4000, firstPauseMs: 100, longestPauseMs: 1000 };

test("pauses double up to the longest, and the last one ends at the time limit", async () => {
  const looks: number[] = [];
  const answer = await poll(async () => {
    looks.push(now);
    return undefined;
  }, PAUSES);
  expect(answer).toBeUndefined();
  expect(pauses).toEqual([100, 200, 400, 800, 1000, 1000, 500]);
  expect(looks).toEqual([0, 100, 300, 700, 1500, 2500, 3500, 4000]);
});

test("the first result ends the polling, even if it is false", async () => {
  const answers = [undefined, undefined, false, true];
  expect(await poll(async () => answers.shift(), PAUSES)).toBe(false);
  expect(pauses).toEqual([100, 200]);
});

test("it polls once if the time limit is zero", async () => {
  expect(await poll(async () => "there", { ...PAUSES, timeoutMs: 0 })).toBe("there");
  expect(await poll(async () => undefined, { ...PAUSES, timeoutMs: 0 })).toBeUndefined();
  expect(pauses).toEqual([]);
});

test("an error of a poll is thrown, and ends the polling", async () => {
  const looks = vi.fn<() => Promise<undefined>>(() => Promise.reject(new Error("no storage")));
  await expect(poll(looks, PAUSES)).rejects.toThrow("no storage");
  expect(looks).toHaveBeenCalledOnce();
});
