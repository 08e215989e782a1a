import { appendFileSync } from "node:fs";
import { setTimeout as delay } from "node:timers/promises";
import { app, RetryOptions } from "durable-functions";

app.activity("increment", { handler: (x) => x + 1 });
app.activity("identity", { handler: (x) => x });

/** Five activities in sequence; input x, result x + 5. */
app.orchestration("chain", function* ({ df }) {
  let x = df.getInput();
  for (let step = 0; step < 5; step++) x = yield df.callActivity("increment", x);
  return x;
});

/** Runs as many activities in sequence as the input says. */
app.orchestration("steps", function* ({ df }) {
  let x = 0;
  for (let step = 0; step < df.getInput(); step++) x = yield df.callActivity("increment", x);
  return x;
});

/** Runs as many parallel activities as the input says; the result is the sum of their results. */
app.orchestration("fan", function* ({ df }) {
  const calls = Array.from({ length: df.getInput() }, (_, index) => df.callActivity("identity", index));
  const results = yield df.Task.all(calls);
  return results.reduce((sum, result) => sum + result, 0);
});

/** The same, and then an event: its last replay has a history of all of it. The result is the width. */
app.orchestration("fanThenEvent", function* ({ df }) {
  const calls = Array.from({ length: df.getInput() }, (_, index) => df.callActivity("identity", index));
  const results = yield df.Task.all(calls);
  yield df.waitForExternalEvent("go");
  return results.length;
});

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

const after = (df, milliseconds) => new Date(df.currentUtcDateTime.getTime() + milliseconds);

/** An approval without an answer: a reminder per day, expired after 72 hours. Returns the number of reminders. */
app.orchestration("approval", function* ({ df }) {
  const deadline = after(df, 72 * HOUR_MS).getTime();
  const decision = df.waitForExternalEvent("decision");
  for (let reminders = 0; ; reminders++) {
    const next = df.createTimer(new Date(Math.min(after(df, DAY_MS).getTime(), deadline)));
    if ((yield df.Task.any([decision, next])) === decision) return "decided";
    if (df.currentUtcDateTime.getTime() >= deadline) return reminders;
    yield df.callActivity("increment", reminders);
  }
});

/** One timer of ten days, which the extension splits. */
app.orchestration("tenDays", function* ({ df }) {
  const start = df.currentUtcDateTime.getTime();
  yield df.createTimer(after(df, 10 * DAY_MS));
  return (df.currentUtcDateTime.getTime() - start) / DAY_MS;
});

const failures = new Map();

/** Succeeds at the sixth try. */
app.activity("flaky", {
  handler: (key) => {
    const count = (failures.get(key) ?? 0) + 1;
    failures.set(key, count);
    if (count < 6) throw new Error("not yet");
    return count;
  },
});

/** Five retries after 1, 2, 4, 8 and 16 hours. */
app.orchestration("backoff", function* ({ df }) {
  const options = new RetryOptions(HOUR_MS, 6);
  options.backoffCoefficient = 2;
  return yield df.callActivityWithRetry("flaky", options, df.instanceId);
});

/**
 * Polls for 30 days, first after an hour and then after twice as long each time, up to `mostHours`. Continues as new
 * after every fourth poll. Returns the number of polls.
 */
app.orchestration("monitor", function* ({ df }) {
  const { mostHours, wait = 1, polls = 0, end = after(df, 30 * DAY_MS).getTime() } = df.getInput();
  let next = wait;
  for (let poll = polls; poll < polls + 4; poll++) {
    if (df.currentUtcDateTime.getTime() >= end) return poll;
    yield df.callActivity("identity", poll);
    yield df.createTimer(new Date(Math.min(after(df, next * HOUR_MS).getTime(), end)));
    next = Math.min(2 * next, mostHours);
  }
  df.continueAsNew({ mostHours, wait: next, polls: polls + 4, end });
  return undefined;
});

/** A decision that never comes, raced with 72 hours. */
app.orchestration("deadline", function* ({ df }) {
  const deadline = df.createTimer(after(df, 72 * HOUR_MS));
  const decision = df.waitForExternalEvent("decision");
  if ((yield df.Task.any([decision, deadline])) === deadline) return "expired";
  deadline.cancel();
  return "decided";
});

app.activity("slowStep", {
  handler: async ({ log, step }) => {
    appendFileSync(log, `${step}\n`);
    await delay(300);
  },
});

/** Five steps of 300 ms; each writes a line to the file that is the input. */
app.orchestration("slow", function* ({ df }) {
  for (let step = 0; step < 5; step++) yield df.callActivity("slowStep", { log: df.getInput(), step });
  return "done";
});
