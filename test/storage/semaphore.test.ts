import { setImmediate } from "node:timers/promises";
import { expect, test } from "vitest";
import { Semaphore } from "../../src/storage/semaphore.ts";

/** Starts a task of this size, which runs until the test ends it. */
function hold(semaphore: Semaphore, size: number) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const task = { isRunning: false, end: resolve };
  void semaphore.run(async () => {
    task.isRunning = true;
    await promise;
  }, size);
  return task;
}

test("runs tasks that have room, and the others in their order", async () => {
  const semaphore = new Semaphore(10);
  const [small, large, tiny] = [hold(semaphore, 4), hold(semaphore, 7), hold(semaphore, 1)];
  await setImmediate();
  // There would be room for the small one, but the large one came first.
  expect([small.isRunning, large.isRunning, tiny.isRunning]).toEqual([true, false, false]);
  small.end();
  await setImmediate();
  expect([large.isRunning, tiny.isRunning]).toEqual([true, true]);
});

test("a task that is larger than the total runs alone", async () => {
  const semaphore = new Semaphore(10);
  const [huge, tiny] = [hold(semaphore, 99), hold(semaphore, 1)];
  await setImmediate();
  expect([huge.isRunning, tiny.isRunning]).toEqual([true, false]);
  huge.end();
  await setImmediate();
  expect(tiny.isRunning).toBe(true);
});

test("a failed task releases its room", async () => {
  const semaphore = new Semaphore(1);
  await expect(semaphore.run(() => Promise.reject(new Error("no")))).rejects.toThrow("no");
  expect(await semaphore.run(() => Promise.resolve("yes"))).toBe("yes");
});

test("a task begins when the previous one has succeeded or failed", async () => {
  const oneAtATime = new Semaphore(1);
  const seen: string[] = [];
  const first = Promise.withResolvers<void>();
  const failed = oneAtATime.run(async () => {
    seen.push("first begins");
    await first.promise;
    seen.push("first fails");
    throw new Error("first");
  });
  const answered = oneAtATime.run(async () => {
    seen.push("second begins");
    return "second";
  });
  await setImmediate();
  expect(seen).toEqual(["first begins"]);
  first.resolve();
  await expect(failed).rejects.toThrow("first");
  expect(await answered).toBe("second");
  expect(seen).toEqual(["first begins", "first fails", "second begins"]);
});
