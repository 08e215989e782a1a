import type { Task } from "durable-functions";
import { expect, test } from "vitest";
import { Mailbox } from "../../src/durable/orchestration/mailbox.ts";

test("events are returned in their order, although the newest waiter is served first", () => {
  const waiters: { isCompleted: boolean; result: unknown }[] = [];
  const mailbox = new Mailbox(() => {
    const waiter = { isCompleted: false, result: undefined as unknown };
    waiters.push(waiter);
    return waiter as unknown as Task;
  });
  mailbox.waiter();
  mailbox.waiter();
  const [older, newer] = waiters;
  if (older === undefined || newer === undefined) throw new Error("There are two waiters.");
  Object.assign(newer, { isCompleted: true, result: "first" });
  Object.assign(older, { isCompleted: true, result: "second" });
  expect([mailbox.take(), mailbox.take(), mailbox.take()]).toEqual(["first", "second", undefined]);
});
