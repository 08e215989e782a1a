import * as df from "durable-functions";
import type { OrchestrationContext, Task, TimerTask } from "durable-functions";

type Flow = Generator<Task, unknown, never>;

/* The orchestrations with which ../long-timers.history.json was recorded on the real extension. */

interface Input {
  /** Length of each timer. */
  readonly days: number;
  readonly rounds: number;
  /** Milliseconds of "a day". */
  readonly day: number;
}

const input = (context: OrchestrationContext) => context.df.getInput<Input>();
const now = (context: OrchestrationContext) => context.df.currentUtcDateTime.getTime();

function timer(context: OrchestrationContext): TimerTask {
  const { days, day } = input(context);
  return context.df.createTimer(new Date(now(context) + days * day));
}

function* races(context: OrchestrationContext, between: () => Task[]): Flow {
  const got: unknown[] = [];
  for (let i = 0; i < input(context).rounds; i++) {
    const late = timer(context);
    const event = context.df.waitForExternalEvent("e");
    const winner: Task = yield context.df.Task.any([event, late]);
    if (winner === event) {
      if (!late.isCompleted) late.cancel();
      got.push(event.result);
      yield* between();
    } else got.push("timer");
  }
  return got;
}

df.app.orchestration("races", (context: OrchestrationContext) => races(context, () => []));
df.app.orchestration("racesWithTimerBetween", (context: OrchestrationContext) =>
  races(context, () => [context.df.createTimer(context.df.currentUtcDateTime)]),
);
df.app.orchestration("racesWithActivityBetween", (context: OrchestrationContext) =>
  races(context, () => [context.df.callActivity("nothing")]),
);
df.app.orchestration("long", function* (context: OrchestrationContext): Flow {
  yield timer(context);
  return "fired";
});
df.app.orchestration("longRaced", function* (context: OrchestrationContext): Flow {
  const late = timer(context);
  const event = context.df.waitForExternalEvent("e");
  const winner: Task = yield context.df.Task.any([event, late]);
  if (winner !== event) return "timer";
  late.cancel();
  return event.result;
});

/** Not recorded, but from the source of the extension: a timer that is already due while a long one is open. */
df.app.orchestration("dueBesideLong", function* (context: OrchestrationContext): Flow {
  yield context.df.Task.any([timer(context), context.df.createTimer(context.df.currentUtcDateTime)]);
  return "due";
});

/**
 * The remedy without the typed layer: parts of at most three days, and a real wait after each race that an event wins.
 */
df.app.orchestration("deadline", function* (context: OrchestrationContext): Flow {
  const { days, day } = input(context);
  const end = now(context) + days * day;
  const got: unknown[] = [];
  // Timers may fire up to a second early.
  while (now(context) < end - 1000) {
    const event = context.df.waitForExternalEvent("e");
    const piece = context.df.createTimer(new Date(Math.min(end, now(context) + 3 * day)));
    const winner: Task = yield context.df.Task.any([event, piece]);
    if (winner !== event) continue;
    piece.cancel();
    got.push(event.result);
    yield context.df.createTimer(context.df.currentUtcDateTime);
  }
  got.push("deadline");
  return got;
});
