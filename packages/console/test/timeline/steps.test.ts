import { expect, test } from "vitest";
import { type KnownInstance, stepsOf } from "../../src/page/instance/steps/read-steps.ts";
import { firstOf, type Step, stateOf } from "../../src/page/instance/steps/step.ts";
import { HistoryWriter, instanceOf, recordedInstances } from "../support/histories.ts";

/** One line a step: kind, name, and each attempt with its times from the start of the instance. */
function linesOf(instance: KnownInstance): readonly string[] {
  const steps = stepsOf(instance);
  const from = steps[0] === undefined ? 0 : firstOf(steps[0]).start.time;
  return steps.map((step) => `${step.kind} ${step.name}: ${attemptsOf(step, from)}`);
}

const attemptsOf = ({ attempts }: Step, from: number) =>
  attempts
    .map(
      ({ start, end, state }) => `${start.time - from}-${end === undefined ? "" : end.time - from} ${state}`,
    )
    .join(", ");

const only = <T>(items: readonly T[]): T => {
  const [item] = items;
  if (item === undefined) throw new Error("There is none.");
  return item;
};

const FAILED = { Reason: "no", Details: null };

test("an order that is undone has its retries in one row and its compensation after them", () => {
  expect(linesOf(only(recordedInstances("order/undone")))).toEqual([
    "orchestration orderFulfilment: 0-7000 failed",
    "activity priceOrder: 0-0 completed",
    "activity reserveStock: 0-0 completed",
    "activity chargePayment: 0-0 completed",
    "activity bookShipment: 0-0 completed",
    "activity confirmOrder: 0-0 failed, 1000-1000 failed, 3000-3000 failed, 7000-7000 failed",
    "activity withdrawSale: 7000-7000 completed",
    "activity cancelShipment: 7000-7000 completed",
    "activity refundPayment: 7000-7000 completed",
    "activity releaseStock: 7000-7000 completed",
  ]);
});

test("a refund has its timer, the decision and the signal", () => {
  expect(linesOf(only(recordedInstances("refund/approved")))).toEqual([
    "orchestration refundApproval: 0-0 completed",
    "activity checkLimit: 0-0 completed",
    "activity askForDecision: 0-0 completed",
    "timer Timer: 0-0 dropped",
    "event refundDecided: 0-0 completed",
    "activity giveMoneyBack: 0-0 completed",
    "signal refunded: 0-0 completed",
  ]);
});

test("a price list has its children, whose ids are known", () => {
  const parents = recordedInstances("import/with-failures").filter(
    ({ name }) => name === "priceSinglesImport",
  );
  const children = stepsOf(only(parents)).filter(({ kind }) => kind === "child");
  const lines = children.map(({ attempts: [{ childId }] }) => childId?.split(":")[1] ?? "");
  expect(lines.sort()).toEqual(["line-3", "line-4"]);
});

test("every recorded event but those of the execution is part of a step", () => {
  for (const scenario of ["order/mail-fails", "watch/delivered", "renditions/made", "report/made"]) {
    for (const instance of recordedInstances(scenario)) {
      const events = new Set(
        stepsOf(instance).flatMap(({ attempts }) => attempts.flatMap((one) => one.events)),
      );
      const missing = (instance.historyEvents ?? []).filter((event) => !events.has(event));
      // The waits of retries are known by their times only.
      expect(missing.filter(({ EventType }) => !EventType.startsWith("Timer"))).toEqual([]);
    }
  }
});

test("only the call that failed is retried, although another one failed in the same episode", () => {
  const { events } = new HistoryWriter()
    .activity(10, 50, "throws", FAILED)
    .activity(10, 60, "flaky", FAILED)
    .timer(80, 1080)
    .activity(1100, 1200, "flaky")
    .add(1220, "ExecutionCompleted", { OrchestrationStatus: "Completed" });
  expect(linesOf(instanceOf(events))).toEqual([
    "orchestration sample: 0-1220 completed",
    "activity throws: 10-50 failed",
    "activity flaky: 10-60 failed, 1100-1200 completed",
  ]);
  expect(
    stepsOf(instanceOf(events))[2]?.waits.map(({ start, end }) => (end?.time ?? 0) - start.time),
  ).toEqual([1040]);
});

test("a retry that comes a second early, as the extension's timers may, is one", () => {
  const { events } = new HistoryWriter()
    .activity(10, 50, "flaky", FAILED)
    .timer(60, 1060)
    .activity(200, 250, "flaky");
  expect(linesOf(instanceOf(events)).slice(1)).toEqual(["activity flaky: 10-50 failed, 200-250 completed"]);
});

/** The same history of a call that failed, whose timer has not fired. */
const waiting = (waits: KnownInstance["waits"]): KnownInstance => {
  const { events } = new HistoryWriter()
    .activity(10, 50, "flaky", FAILED)
    .timer(60, 1060)
    .activity(1070, 1090, "flaky", FAILED)
    .timer(1100, 3100, false);
  return { ...instanceOf(events, { runtimeStatus: "Running" }), ...(waits !== undefined && { waits }) };
};
const since = "2026-11-27T11:00:01.100Z";

test("a retry that waits is one open row, and its timer is not a row", () => {
  for (const waits of [undefined, [{ kind: "activity", name: "flaky", count: 1, since } as const]]) {
    const [, step, ...others] = stepsOf(waiting(waits));
    expect(others).toEqual([]);
    expect(step?.attempts.map(({ state }) => state)).toEqual(["failed", "failed"]);
    expect(step && stateOf(step)).toBe("open");
    expect(new Date(step?.nextAt ?? 0).toISOString()).toBe("2026-11-27T11:00:03.100Z");
    expect(step?.waits.map(({ end }) => end === undefined)).toEqual([false, true]);
  }
});

test("a timer after a caught failure is the orchestrator's own, where the host tells what it waits for", () => {
  const instance = waiting([{ kind: "timer", name: "", count: 1, since }]);
  expect(linesOf(instance).slice(1)).toEqual([
    "activity flaky: 10-50 failed, 1070-1090 failed",
    "timer Timer: 1100- open",
  ]);
  expect(stepsOf(instance).map(stateOf)).toEqual(["open", "failed", "open"]);
});

test("the same call that runs elsewhere does not make a timer a retry", () => {
  const instance = waiting([{ kind: "activity", name: "flaky", count: 1, since }]);
  const running = new HistoryWriter().add(1101, "TaskScheduled", { Name: "flaky" }).events.slice(1);
  const historyEvents = [...(instance.historyEvents ?? []), ...running];
  expect(stepsOf({ ...instance, historyEvents }).map(({ kind }) => kind)).toContain("timer");
});

test("of two failures and one timer, the one that is awaited waits for its retry", () => {
  const { events } = new HistoryWriter()
    .activity(10, 50, "throws", FAILED)
    .activity(10, 60, "flaky", FAILED)
    .timer(80, 1080, false);
  const instance = instanceOf(events, { runtimeStatus: "Running" });
  const waits = [{ kind: "activity", name: "flaky", count: 1, since } as const];
  expect(stepsOf({ ...instance, waits }).map((step) => `${step.name} ${stateOf(step)}`)).toEqual([
    "sample open",
    "throws failed",
    "flaky open",
  ]);
  // Without them, it is not known.
  expect(stepsOf(instance).map((step) => `${step.name} ${stateOf(step)}`)).toContain("Timer open");
});

test("the timer after the last attempt belongs to the call", () => {
  const { events } = new HistoryWriter()
    .activity(10, 50, "flaky", FAILED)
    .timer(60, 60)
    .activity(80, 90, "flaky");
  expect(linesOf(instanceOf(events)).slice(1)).toEqual([
    "activity flaky: 10-50 failed",
    "activity flaky: 80-90 completed",
  ]);
});

test("a timer that the code made itself is not taken for a wait", () => {
  const { events } = new HistoryWriter()
    .activity(10, 50, "flaky", FAILED)
    .activity(70, 90, "other")
    .timer(100, 500)
    .activity(510, 520, "flaky");
  expect(linesOf(instanceOf(events)).slice(1)).toEqual([
    "activity flaky: 10-50 failed",
    "activity other: 70-90 completed",
    "timer Timer: 100-500 completed",
    "activity flaky: 510-520 completed",
  ]);
});

test("calls with other inputs are no retries, where the host tells the input", () => {
  const { events } = new HistoryWriter()
    .activity(10, 50, "price", { ...FAILED, Input: '["a"]' })
    .timer(60, 500)
    .activity(510, 520, "price", { Input: '["b"]' });
  expect(linesOf(instanceOf(events)).slice(1)).toEqual([
    "activity price: 10-50 failed",
    "timer Timer: 60-500 completed",
    "activity price: 510-520 completed",
  ]);
});

test("what has not ended is open while the instance runs, and dropped when it has ended", () => {
  const { events } = new HistoryWriter()
    .add(10, "TaskScheduled", { Name: "slow" })
    .add(20, "SubOrchestrationInstanceCreated", { Name: "child", InstanceId: "child-1" })
    .timer(30, 60_000, false);
  expect(linesOf(instanceOf(events, { runtimeStatus: "Running" }))).toEqual([
    "orchestration sample: 0- open",
    "activity slow: 10- open",
    "child child: 20- open",
    "timer Timer: 30- open",
  ]);
  const ended = [
    ...events,
    ...new HistoryWriter().add(900, "ExecutionTerminated", { Input: "enough" }).events.slice(1),
  ];
  expect(linesOf(instanceOf(ended, { runtimeStatus: "Terminated" }))).toEqual([
    "orchestration sample: 0-900 dropped",
    "activity slow: 10-900 dropped",
    "child child: 20-900 dropped",
    "timer Timer: 30-900 dropped",
  ]);
});

test("an entity's answer ends its call, and a suspension is an interval of the orchestration", () => {
  const { events } = new HistoryWriter()
    .add(10, "EventSent", {
      Name: "op",
      InstanceId: "@stock@mug",
      Input: '{"op":null,"lockset":[],"id":"l"}',
    })
    .add(20, "EventRaised", { Name: "l", Input: '{"result":"Lock Acquisition Completed"}' })
    .add(30, "EventSent", { Name: "op", InstanceId: "@stock@mug", Input: '{"op":"take","id":"c"}' })
    .add(40, "ExecutionSuspended", { Reason: "hold" })
    .add(50, "ExecutionResumed", { Reason: null })
    .add(60, "EventRaised", { Name: "c", Input: '{"result":"none","exceptionType":"Error"}' })
    .add(70, "EventSent", { Name: "release", InstanceId: "@stock@mug", Input: '{"id":"l"}' });
  const instance = instanceOf(events, { runtimeStatus: "Running" });
  expect(linesOf(instance)).toEqual([
    "orchestration sample: 0- open",
    "lock lock: 10-20 completed",
    "entity take: 30-60 failed",
    "signal release: 70-70 completed",
  ]);
  const [itself] = stepsOf(instance);
  expect(itself?.waits.map(({ start, end }) => (end?.time ?? 0) - start.time)).toEqual([10]);
});

test("fields of any type and missing times break nothing", () => {
  const odd = [
    "EventRaised",
    "EventSent",
    "TaskCompleted",
    "TimerFired",
    "TaskFailed",
    "__proto__",
    "constructor",
  ];
  const events = odd.flatMap((type) => [
    { EventType: type, Timestamp: "never", Name: 7, Input: { id: 1 }, FireAt: [], ScheduledTime: null },
    { EventType: type },
  ]);
  const steps = stepsOf(
    instanceOf(events as never, { createdTime: "x", lastUpdatedTime: "y", runtimeStatus: "Running" }),
  );
  expect(steps.length).toBeGreaterThan(1);
  for (const { attempts } of steps) expect(Number.isFinite(attempts[0].start.time)).toBe(true);
});
