import { expect, test } from "vitest";
import { createTestHost } from "durable-local-host/testing";

// The examples of docs/testing.md, unchanged.

test("a process that takes days", async () => {
  await using host = await createTestHost({ app: "packages/local-host/test/apps/approval" });
  const approval = await host.start("approval", { hours: 72 });

  await host.advance({ hours: 30 });
  expect(host.activity("remind").calls).toHaveLength(1);

  await approval.raise("decided", { by: "the approver" });
  expect((await approval.completion()).output).toEqual({ kind: "decided", by: "the approver", reminders: 1 });
});

test("an activity that fails, is slow, or is replaced", async () => {
  await using host = await createTestHost({ app: "packages/local-host/test/apps/approval" });
  host
    .activity("double")
    .failOn(1)
    .replaceWith(({ x }: { x: number }) => x * 10);

  const sum = await host.start("sum", { xs: [1, 2] });
  expect((await sum.completion()).output).toBe(30);
  expect(host.activity("double").calls).toHaveLength(3); // one of them failed and was retried
  expect(await sum.historyTable()).toContain("TaskFailed");
});

test("a crash", async () => {
  await using host = await createTestHost({ app: "packages/local-host/test/apps/approval", store: "file" });
  const sum = await host.start("sum", { xs: [1, 2, 3] });
  host.crashAfterCommits(2); // uncommitted changes are lost, as with kill -9
  await host.settle();
  await host.restart();

  expect((await sum.completion()).output).toBe(12);
});

test("the death of a worker", async () => {
  await using host = await createTestHost({ app: "packages/local-host/test/apps/approval" });
  host.killWorkerAfter(2); // the orchestrator, the activity, and then the orchestrator again
  const sum = await host.start("sum", { xs: [4] });

  expect((await sum.completion()).output).toContain("Non-Deterministic workflow detected");
});
