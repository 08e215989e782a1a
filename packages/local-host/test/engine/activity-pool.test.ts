import { expect, test } from "vitest";
import { ActivityPool } from "../../src/engine/activities/activity-pool.ts";
import type { StoredActivity } from "../../src/stores/store.ts";

/** A pool with two places, and a function that ends running activities, oldest first. */
function poolOfTwo() {
  const running: { seq: number; end: () => void }[] = [];
  const pool = new ActivityPool<Pick<StoredActivity, "seq">>(
    2,
    ({ seq }) => new Promise((resolve) => running.push({ seq, end: resolve })),
  );
  const add = (seq: number) => pool.add({ seq });
  const endOne = async () => {
    running.shift()?.end();
    await new Promise(setImmediate);
  };
  return { pool, add, endOne, running: () => running.map(({ seq }) => seq) };
}

test("activities run in their order, two at a time", async () => {
  const { add, endOne, running } = poolOfTwo();
  for (const seq of [1, 2, 3, 4]) add(seq);
  expect(running()).toEqual([1, 2]);
  await endOne();
  expect(running()).toEqual([2, 3]);
  await endOne();
  await endOne();
  await endOne();
  add(5);
  expect(running()).toEqual([5]);
});

test("nothing can continue if activities that wait for a test use all places, or no activity waits for a place", () => {
  const { pool, add } = poolOfTwo();
  expect(pool.isIdleBut(0)).toBe(true);
  add(1);
  expect([pool.isIdleBut(0), pool.isIdleBut(1)]).toEqual([false, true]);
  add(2);
  add(3);
  expect([pool.isIdleBut(1), pool.isIdleBut(2)]).toEqual([false, true]);
});

test("a stopped pool starts no more activities", async () => {
  const { pool, add, endOne, running } = poolOfTwo();
  for (const seq of [1, 2, 3]) add(seq);
  pool.stop();
  add(4);
  await endOne();
  await endOne();
  expect(running()).toEqual([]);
});
