import * as df from "durable-functions";
import type { OrchestrationContext } from "durable-functions";

type Flow = Generator<df.Task, unknown, never>;

const later = (context: OrchestrationContext, ms: number): Date =>
  new Date(context.df.currentUtcDateTime.getTime() + ms);

/* Tasks in Task.any and Task.all, and in more than one of them. Activities named by one letter are held by the tests. */

df.app.orchestration("slidingWindow", function* (context: OrchestrationContext): Flow {
  const pending = ["A", "B"].map((name) => context.df.callActivity(name));
  const results: unknown[] = [];
  while (pending.length > 0) {
    const done: df.Task = yield context.df.Task.any(pending);
    pending.splice(pending.indexOf(done), 1);
    results.push(done.result);
  }
  return results;
});

/** One deadline for all votes, as one timer in several races. */
df.app.orchestration("sharedDeadline", function* (context: OrchestrationContext): Flow {
  const deadline = context.df.createTimer(later(context, 3_600_000));
  const votes: unknown[] = [];
  for (let round = 0; round < 2; round++) {
    const vote = context.df.waitForExternalEvent("Vote");
    const winner: df.Task = yield context.df.Task.any([vote, deadline]);
    if (winner === deadline) break;
    votes.push(yield context.df.callActivity("identity", vote.result));
  }
  if (!deadline.isCompleted) deadline.cancel();
  return votes;
});

/** The same with a timer for each race, which is correct. */
df.app.orchestration("ownDeadlines", function* (context: OrchestrationContext): Flow {
  const deadline = later(context, 3_600_000);
  const votes: unknown[] = [];
  for (let round = 0; round < 3; round++) {
    const vote = context.df.waitForExternalEvent("Vote");
    const timer = context.df.createTimer(deadline);
    const winner: df.Task = yield context.df.Task.any([vote, timer]);
    if (winner === timer) break;
    timer.cancel();
    votes.push(vote.result);
    yield context.df.Task.all(["x", "y"].map((value) => context.df.callActivity("identity", value)));
  }
  return votes;
});

/** A retried call wins against a timer, which is then cancelled. */
df.app.orchestration("retriedAgainstTimer", function* (context: OrchestrationContext): Flow {
  const call = context.df.callActivityWithRetry("A", new df.RetryOptions(1000, 3));
  const timer = context.df.createTimer(later(context, 3_600_000));
  const winner: df.Task = yield context.df.Task.any([call, timer]);
  if (winner === call) timer.cancel();
  return yield context.df.callActivity("B", "after");
});

df.app.orchestration("anyThenAll", function* (context: OrchestrationContext): Flow {
  const event = context.df.waitForExternalEvent("Go");
  const call = context.df.callActivity("A", 1);
  yield context.df.Task.any([event, call]);
  yield context.df.Task.all([call, event]);
  return yield context.df.callActivity("B", "after");
});

/** The second pair equals the first, and is intended. */
df.app.orchestration("pairTwice", function* (context: OrchestrationContext): Flow {
  const pair = () => context.df.Task.all([context.df.callActivity("A"), context.df.callActivity("B")]);
  yield pair();
  try {
    yield pair();
  } catch {
    yield context.df.callActivity("identity", "after");
  }
  return "end";
});

df.app.orchestration("anyThenAllOfUrl", function* (context: OrchestrationContext): Flow {
  const call = context.df.callHttp({ method: "GET", url: context.df.getInput<string>() ?? "" });
  const event = context.df.waitForExternalEvent("Go");
  yield context.df.Task.any([event, call]);
  yield context.df.Task.all([call, context.df.callActivity("A")]);
  return "end";
});

/** Two parallel timers for one instant, in one compound. */
df.app.orchestration("equalTimers", function* (context: OrchestrationContext): Flow {
  const pairs = ["A", "B"].map((name) =>
    context.df.Task.any([context.df.callActivity(name), context.df.createTimer(later(context, 1000))]),
  );
  yield context.df.Task.all(pairs);
  return "end";
});

df.app.orchestration("twoWaiters", function* (context: OrchestrationContext): Flow {
  const first = context.df.waitForExternalEvent("Value");
  const second = context.df.waitForExternalEvent("Value");
  yield context.df.Task.all([first, second]);
  return [first.result, second.result];
});

df.app.orchestration("lateWaiters", function* (context: OrchestrationContext): Flow {
  yield context.df.callActivity("A");
  const first = context.df.waitForExternalEvent("Value");
  const second = context.df.waitForExternalEvent("Value");
  yield context.df.Task.all([first, second]);
  return [first.result, second.result];
});
