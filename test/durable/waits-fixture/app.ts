/** An app that waits: for events against timers of any length, in any order. */
import { activity, orchestrator, registerFunctions } from "../../../src/durable/orchestration/functions.ts";
import type { DurableContext } from "../../../src/durable/orchestration/durable-context.ts";
import type { Operation } from "../../../src/durable/orchestration/step.ts";
import * as fixture from "./contracts.ts";

type Context = DurableContext<object, null>;
type OpOf<Kind> = Extract<fixture.Op, { kind: Kind }>;

function* collect(
  df: Context,
  { event, length }: OpOf<"collect">,
  saw: (what: string) => void,
): Operation<void> {
  const due = df.createTimer({ milliseconds: length });
  for (;;) {
    const first = yield* df.race({ came: df.waitForExternalEvent(fixture.named[event]), due });
    if (first.winner === "due") return saw("due");
    saw(first.value.value);
  }
}

function* lookThrough(
  df: Context,
  { event, length }: OpOf<"inbox">,
  saw: (what: string) => void,
): Operation<void> {
  const inbox = df.inbox(fixture.named[event]);
  const due = df.createTimer({ milliseconds: length });
  for (;;) {
    const first = yield* df.race({ due, came: inbox.next() });
    for (const { value } of inbox.take()) saw(value);
    if (first.winner === "due") return saw("due");
  }
}

function* rest(df: Context, { length }: OpOf<"rest">, saw: (what: string) => void): Operation<void> {
  const due = df.createTimer({ milliseconds: length });
  const [a, b] = [df.waitForExternalEvent(fixture.named.a), df.waitForExternalEvent(fixture.named.b)];
  const first = yield* df.race({ a, b, due });
  if (first.winner !== "due") saw(first.value.value);
}

registerFunctions({
  activities: [
    activity(fixture.work, async () => {}),
    activity(fixture.failing, async () => {
      throw new Error("It does not work");
    }),
  ],
});

registerFunctions({
  orchestrators: [
    orchestrator(fixture.program, function* (df, { ops }) {
      const seen: fixture.Seen[] = [];
      const saw = (what: string) => void seen.push([what, df.currentUtcDateTime.getTime()]);
      for (const op of ops) {
        if (op.kind === "collect") yield* collect(df, op, saw);
        else if (op.kind === "inbox") yield* lookThrough(df, op, saw);
        else if (op.kind === "rest") {
          while (seen.filter(([what]) => /\d$/.test(what)).length < op.events) yield* rest(df, op, saw);
        } else if (op.kind === "race") {
          const came = df.waitForExternalEvent(fixture.named[op.event]);
          const first = yield* df.race({ came, due: df.createTimer({ milliseconds: op.length }) });
          saw(first.winner === "due" ? "due" : first.value.value);
        } else {
          if (op.kind === "sleep") yield* df.createTimer({ milliseconds: op.length });
          else yield* df.callActivity(fixture.work, { n: seen.length });
          saw(op.kind);
        }
      }
      return seen;
    }),
    orchestrator(fixture.callAgainstTimer, function* (df, { days, retried }) {
      const retry = retried ? { maxAttempts: 3, firstInterval: { seconds: 1 } } : undefined;
      const called = df.callActivity(retried ? fixture.failing : fixture.work, { n: days }, retry);
      return (yield* df.race({ called, late: df.createTimer({ days }) })).winner;
    }),
    orchestrator(fixture.betweenRaces, function* (df, { hours }) {
      const got: string[] = [];
      for (let round = 0; round < 2; round++) {
        const first = yield* df.race({
          came: df.waitForExternalEvent(fixture.named.a),
          due: df.createTimer({ hours }),
        });
        got.push(first.winner === "due" ? "due" : first.value.value);
        yield* df.callActivity(fixture.work, { n: round });
      }
      return got;
    }),
  ],
});
