import { expect, test } from "vitest";
import { inParallel } from "../../src/storage/in-parallel.ts";

const nextTurn = () => new Promise(setImmediate);

/** Work that the test ends. */
function heldWork() {
  const started: number[] = [];
  const held = new Map<number, PromiseWithResolvers<void>>();
  const work = (item: number) => {
    started.push(item);
    const end = Promise.withResolvers<void>();
    held.set(item, end);
    return end.promise;
  };
  return { started, work, end: (item: number) => held.get(item) };
}

async function* later(items: readonly number[], closed: () => void = () => undefined) {
  try {
    for (const item of items) {
      await nextTurn();
      yield item;
    }
  } finally {
    closed();
  }
}

test.each([
  ["a list", [1, 2, 3, 4, 5]],
  ["pages that arrive later", later([1, 2, 3, 4, 5])],
])("%s: never more than the limit runs, and items start in their order", async (_, items) => {
  let [running, most] = [0, 0];
  const started: number[] = [];
  await inParallel(2, items, async (item) => {
    started.push(item);
    most = Math.max(most, ++running);
    // The first ones take longest.
    for (let turn = 0; turn < 10 - item; turn++) await nextTurn();
    running -= 1;
  });
  expect(started).toEqual([1, 2, 3, 4, 5]);
  expect([running, most]).toEqual([0, 2]);
});

test("the next item starts as soon as one has ended", async () => {
  const { started, work, end } = heldWork();
  const all = inParallel(2, [1, 2, 3], work);
  await nextTurn();
  expect(started).toEqual([1, 2]);
  end(2)?.resolve();
  await nextTurn();
  expect(started).toEqual([1, 2, 3]);
  for (const item of [1, 3]) end(item)?.resolve();
  await all;
});

test("after a failure no item starts, running items end, and the first failure is thrown", async () => {
  const { started, work, end } = heldWork();
  let isClosed = false;
  const all = inParallel(
    3,
    later([1, 2, 3, 4, 5], () => (isClosed = true)),
    work,
  );
  let outcome = "running";
  const ended = all.then(
    () => (outcome = "succeeded"),
    (error: Error) => (outcome = error.message),
  );
  await expect.poll(() => started).toEqual([1, 2, 3]);
  end(2)?.reject(new Error("first"));
  await nextTurn();
  end(1)?.resolve();
  await nextTurn();
  expect([outcome, started]).toEqual(["running", [1, 2, 3]]);
  end(3)?.reject(new Error("second"));
  await ended;
  expect([outcome, started, isClosed]).toEqual(["first", [1, 2, 3], true]);
});

test("an error of the list is also a failure", async () => {
  async function* broken() {
    yield* later([1]);
    throw new Error("no next page");
  }
  await expect(inParallel(2, broken(), async () => undefined)).rejects.toThrow("no next page");
});
