import * as df from "durable-functions";
import type { OrchestrationContext } from "durable-functions";

type Flow = (context: OrchestrationContext) => Generator<df.Task, unknown, never>;

function orchestration(name: string, flow: Flow): void {
  df.app.orchestration(name, flow);
}

const later = (context: OrchestrationContext, ms: number): Date =>
  new Date(context.df.currentUtcDateTime.getTime() + ms);

orchestration("empty", function* () {
  return "done";
});

orchestration("chain", function* (context) {
  let n: number = context.df.getInput();
  for (let i = 0; i < 5; i++) n = yield context.df.callActivity("increment", n);
  return n;
});

orchestration("chainOfTwo", function* (context) {
  yield context.df.callActivity("identity", "a");
  return yield context.df.callActivity("increment", 1);
});

orchestration("fan", function* (context) {
  const size: number = context.df.getInput();
  const tasks = Array.from({ length: size }, (_, i) => context.df.callActivity("identity", i));
  const values: number[] = yield context.df.Task.all(tasks);
  return values.reduce((sum, value) => sum + value, 0);
});

orchestration("race", function* (context) {
  const { ms, cancel } = context.df.getInput<{ ms: number; cancel: boolean }>() ?? { ms: 0, cancel: true };
  const event = context.df.waitForExternalEvent("Go");
  const timer = context.df.createTimer(later(context, ms));
  const winner = yield context.df.Task.any([event, timer]);
  if (winner === (event as never) && cancel) timer.cancel();
  return winner === (event as never) ? { event: event.result } : "timed out";
});
