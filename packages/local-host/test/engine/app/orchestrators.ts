/* oxlint-disable require-yield, no-throw-literal, typescript/only-throw-error -- some of them show exactly that */
import * as df from "durable-functions";
import { changed } from "./changed.ts";
import type { OrchestrationContext } from "durable-functions";

/** Each is a minimal example. The tests hold activities with one-letter names. */

type Flow = (context: OrchestrationContext) => Generator<df.Task, unknown, never>;

function orchestration(name: string, flow: Flow): void {
  df.app.orchestration(name, flow);
}

const later = (context: OrchestrationContext, ms: number): Date =>
  new Date(context.df.currentUtcDateTime.getTime() + ms);

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

orchestration("empty", function* () {
  return "done";
});

orchestration("echoInput", function* (context) {
  return { input: context.df.getInput() ?? null };
});

orchestration("chain", function* (context) {
  let n: number = context.df.getInput();
  for (let i = 0; i < 5; i++) n = yield context.df.callActivity("increment", n);
  return n;
});

orchestration("chainOfTwo", function* (context) {
  const a = yield context.df.callActivity("A", 1);
  const b = yield context.df.callActivity("B", a);
  return [a, b];
});

orchestration("fan", function* (context) {
  const size: number = context.df.getInput();
  const tasks = Array.from({ length: size }, (_, i) => context.df.callActivity("identity", i));
  const values: number[] = yield context.df.Task.all(tasks);
  return values.reduce((sum, value) => sum + value, 0);
});

orchestration("allOfThree", function* (context) {
  return yield context.df.Task.all(["A", "B", "C"].map((name) => context.df.callActivity(name)));
});

orchestration("race", function* (context) {
  const { ms, cancel } = context.df.getInput<{ ms: number; cancel: boolean }>() ?? { ms: 0, cancel: true };
  const event = context.df.waitForExternalEvent("Go");
  const timer = context.df.createTimer(later(context, ms));
  const winner: df.Task = yield context.df.Task.any([event, timer]);
  if (winner !== event) return "timed out";
  if (cancel) timer.cancel();
  return { event: event.result };
});

orchestration("firstOfTimers", function* (context) {
  const timers = context.df.getInput<number[]>().map((ms) => context.df.createTimer(later(context, ms)));
  const winner: df.Task = yield context.df.Task.any(timers);
  for (const timer of timers) if (!timer.isCompleted) timer.cancel();
  return timers.findIndex((timer) => timer === winner);
});

/** The usual example for the protocol: a step, a retried step, an approval in time. */
orchestration("approval", function* (context) {
  const a = yield context.df.callActivity("Step1", context.df.getInput());
  const b = yield context.df.callActivityWithRetry("Step2", new df.RetryOptions(5000, 3), a);
  context.df.setCustomStatus({ waitingFor: "Approve" });
  const timer = context.df.createTimer(later(context, 60_000));
  const event = context.df.waitForExternalEvent("Approve");
  const winner: df.Task = yield context.df.Task.any([event, timer]);
  if (winner !== event) return { timedOut: true, b };
  timer.cancel();
  return { approved: event.result, b };
});

orchestration("retryThenB", function* (context) {
  const { attempts } = context.df.getInput<{ attempts: number }>() ?? { attempts: 2 };
  const a = yield context.df.callActivityWithRetry("A", new df.RetryOptions(1000, attempts));
  const b = yield context.df.callActivity("B");
  return [a, b];
});

orchestration("retryThenFallback", function* (context) {
  try {
    return yield context.df.callActivityWithRetry("A", new df.RetryOptions(1000, 1));
  } catch {
    return yield context.df.callActivity("Fallback");
  }
});

orchestration("retryWithin", function* (context) {
  const retry = new df.RetryOptions(2000, 10);
  retry.retryTimeoutInMilliseconds = 3000;
  return yield context.df.callActivityWithRetry("A", retry);
});

orchestration("retryWithBackoff", function* (context) {
  const retry = new df.RetryOptions(1000, 5);
  retry.backoffCoefficient = 10;
  retry.maxRetryIntervalInMilliseconds = 20_000;
  return yield context.df.callActivityWithRetry("A", retry);
});

orchestration("retryInParallel", function* (context) {
  const retry = new df.RetryOptions(1000, 3);
  const all: unknown[] = yield context.df.Task.all([
    context.df.callActivityWithRetry("A", retry),
    context.df.callActivityWithRetry("B", retry),
    context.df.callActivity("C"),
  ]);
  const d = yield context.df.callActivity("D");
  return [...all, d];
});

orchestration("allButOneFails", function* (context) {
  try {
    return yield context.df.Task.all(["A", "B", "C"].map((name) => context.df.callActivity(name)));
  } catch {
    return yield context.df.callActivity("D");
  }
});

orchestration("child", function* (context) {
  return { child: context.df.getInput() };
});

orchestration("failingChild", function* () {
  throw new Error("child failed");
});

orchestration("fourChildren", function* (context) {
  const all: unknown[] = [];
  for (let n = 0; n < 4; n++) all.push(yield context.df.callSubOrchestrator("child", n));
  return all;
});

orchestration("parentCatches", function* (context) {
  try {
    return yield context.df.callSubOrchestrator("failingChild");
  } catch (error) {
    return messageOf(error);
  }
});

orchestration("parentOf", function* (context) {
  const { name, id } = context.df.getInput<{ name: string; id?: string }>() ?? { name: "child" };
  return yield context.df.callSubOrchestrator(name, null, id);
});

orchestration("retriedChild", function* (context) {
  return yield context.df.callSubOrchestratorWithRetry("failingChild", new df.RetryOptions(1000, 2));
});

orchestration("waitForGo", function* (context) {
  return { got: yield context.df.waitForExternalEvent("Go") };
});

orchestration("threeEvents", function* (context) {
  const values: unknown[] = [];
  for (let i = 0; i < 3; i++) values.push(yield context.df.waitForExternalEvent("Value"));
  return values;
});

orchestration("abandonedWaiter", function* (context) {
  const first = context.df.waitForExternalEvent("Value");
  yield context.df.Task.any([first, context.df.callActivity("A")]);
  const second = yield context.df.waitForExternalEvent("Value");
  return { second, first: first.isCompleted };
});

orchestration("generations", function* (context) {
  const { n, of, guids } = context.df.getInput<{ n: number; of: number; guids: string[] }>() ?? {
    n: 0,
    of: 0,
    guids: [],
  };
  const guid = context.df.newGuid(context.df.instanceId);
  yield context.df.callActivity("identity", n);
  if (n + 1 < of) {
    context.df.continueAsNew({ n: n + 1, of, guids: [...guids, guid] });
    return;
  }
  return { n, different: new Set([...guids, guid]).size };
});

orchestration("continueWithText", function* (context) {
  if (context.df.getInput() === "first") context.df.continueAsNew("again");
  return { input: context.df.getInput() };
});

orchestration("continueAfterA", function* (context) {
  const n: number = context.df.getInput();
  if (n === 0) {
    yield context.df.callActivity("A");
    context.df.continueAsNew(1);
    return;
  }
  return { got: yield context.df.waitForExternalEvent("Value") };
});

/** Receives one event in each generation, like a monitor that accepts events. */
orchestration("racePerGeneration", function* (context) {
  const { seen, of } = context.df.getInput<{ seen: unknown[]; of: number }>() ?? { seen: [], of: 0 };
  if (seen.length === of) return seen;
  const event = context.df.waitForExternalEvent("Value");
  const timer = context.df.createTimer(later(context, 60_000));
  const winner: df.Task = yield context.df.Task.any([event, timer]);
  if (winner !== event) return seen;
  timer.cancel();
  context.df.continueAsNew({ seen: [...seen, event.result], of });
  return;
});

/** Returns when its generations began. */
orchestration("timePerGeneration", function* (context) {
  const times = [...context.df.getInput<number[]>(), context.df.currentUtcDateTime.getTime()];
  if (times.length === 3) return times;
  yield context.df.waitForExternalEvent("Value");
  context.df.continueAsNew(times);
  return;
});

orchestration("continueWithOpenTask", function* (context) {
  if (context.df.getInput() === 1) return "second";
  yield context.df.Task.any([context.df.callActivity("A"), context.df.callActivity("B")]);
  context.df.continueAsNew(1);
  return;
});

orchestration("suspendable", function* (context) {
  const a = yield context.df.callActivity("A");
  const b = yield context.df.callActivity("B");
  return [a, b];
});

orchestration("entityWork", function* (context) {
  const counter = new df.EntityId("Counter", String(context.df.getInput()));
  context.df.signalEntity(counter, "add", 5);
  const value = yield context.df.callEntity(counter, "get");
  yield context.df.callActivity("identity", value);
  return value;
});

orchestration("lockTwo", function* (context) {
  const [one, two] = ["one", "two"].map((key) => new df.EntityId("Counter", key));
  if (one === undefined || two === undefined) return "impossible";
  const lock: { release(): void } = yield context.df.lock([one, two]);
  yield context.df.callEntity(one, "get");
  lock.release();
  return yield context.df.callActivity("identity", "after");
});

orchestration("holdLock", function* (context) {
  const entity = new df.EntityId("Counter", "k");
  const lock: { release(): void } = yield context.df.lock([entity]);
  yield context.df.callActivity("identity", "held");
  yield context.df.callEntity(entity, "get");
  lock.release();
});

orchestration("callEntity", function* (context) {
  const { key, operation } = context.df.getInput<{ key: string; operation: string }>() ?? {
    key: "",
    operation: "",
  };
  try {
    return { value: (yield context.df.callEntity(new df.EntityId("Counter", key), operation)) ?? null };
  } catch (error) {
    return { error: messageOf(error) };
  }
});

orchestration("longTimer", function* (context) {
  yield context.df.createTimer(later(context, context.df.getInput<number>() ?? 0));
  return "fired";
});

orchestration("throwsText", function* () {
  throw "just text";
});

orchestration("throwsUndefined", function* () {
  throw undefined;
});

orchestration("callsUnknown", function* (context) {
  return yield context.df.callActivity("noSuchActivity", 1);
});

orchestration("signalsUnknown", function* (context) {
  context.df.signalEntity(new df.EntityId("NoSuchEntity", "k"), "get");
  return yield context.df.callActivity("identity", 1);
});

orchestration("bigStatus", function* (context) {
  context.df.setCustomStatus("x".repeat(context.df.getInput<number>() ?? 0));
  return yield context.df.callActivity("identity", 1);
});

orchestration("changesName", function* (context) {
  yield context.df.callActivity(changed.code ? "B" : "A", 1);
  return "end";
});

orchestration("changesKind", function* (context) {
  if (changed.code) yield context.df.waitForExternalEvent("Never");
  else yield context.df.callActivity("A", 1);
  return "end";
});

orchestration("changesInput", function* (context) {
  yield context.df.callActivity("A", changed.code ? 2 : 1);
  return "end";
});

orchestration("changesEvent", function* (context) {
  yield context.df.waitForExternalEvent(changed.code ? "Other" : "Go");
  return "end";
});

orchestration("changesTimer", function* (context) {
  const timer = context.df.createTimer(later(context, changed.code ? 2000 : 1000));
  yield context.df.Task.all([timer, context.df.callActivity("A")]);
  return "end";
});

/** Appends a line for each step to a file, to count them after the process was killed. */
orchestration("effects", function* (context) {
  const { file, steps } = context.df.getInput<{ file: string; steps: number }>() ?? { file: "", steps: 0 };
  const id = context.df.instanceId;
  let done = 0;
  for (let step = 0; step < steps; step++) {
    yield context.df.callActivity("append", { file, line: `${id} ${step}` });
    done++;
  }
  yield context.df.createTimer(later(context, 20));
  const pair = ["x", "y"].map((part) => context.df.callActivity("append", { file, line: `${id} ${part}` }));
  yield context.df.Task.all(pair);
  const child: number = yield context.df.callSubOrchestrator("childEffect", { file, line: `${id} child` });
  return done + child;
});

orchestration("childEffect", function* (context) {
  yield context.df.callActivity("append", context.df.getInput());
  return 1;
});
