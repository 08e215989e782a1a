import * as df from "durable-functions";

const { RetryOptions } = df;

df.app.activity("remind", { handler: () => undefined });
df.app.activity("double", { handler: ({ x }) => 2 * x });

/** Waits for a decision, reminds every third of the time, and gives up at the end. */
df.app.orchestration("approval", function* ({ df }) {
  const { hours } = df.getInput();
  const decided = df.waitForExternalEvent("decided");
  for (let third = 1; third <= 3; third++) {
    const due = new Date(df.currentUtcDateTime.getTime() + (hours / 3) * 3_600_000);
    const timer = df.createTimer(due);
    const winner = yield df.Task.any([decided, timer]);
    if (winner === decided) {
      timer.cancel();
      return { kind: "decided", by: decided.result.by, reminders: third - 1 };
    }
    if (third < 3) yield df.callActivity("remind", { third });
  }
  return { kind: "expired", reminders: 2 };
});

/** Doubles numbers in parallel, with two more tries for each, and adds them up. */
df.app.orchestration("sum", function* ({ df }) {
  const retry = new RetryOptions(5000, 3);
  const calls = df.getInput().xs.map((x) => df.callActivityWithRetry("double", retry, { x }));
  const results = yield df.Task.all(calls);
  return results.reduce((sum, result) => sum + result, 0);
});

/** Waits for an event that never arrives. */
df.app.orchestration("patient", function* ({ df }) {
  return yield df.waitForExternalEvent("never");
});

/** Polls every hour, forever. */
df.app.orchestration("hourly", function* ({ df }) {
  yield df.createTimer(new Date(df.currentUtcDateTime.getTime() + 3_600_000));
  df.continueAsNew(null);
});
