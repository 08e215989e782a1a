/** Code that the typed layer refuses. Nothing here runs: `tsc` fails if one of the marked lines compiles. */
import { z } from "zod";
import { activity, entity, orchestrator } from "../../src/durable/orchestration/functions.ts";
import {
  defineActivity,
  defineEntity,
  defineOrchestration,
  type,
} from "../../src/durable/orchestration/contract.ts";

type Answer = { kind: "yes"; count: number } | { kind: "no"; reason: string };

const ask = defineActivity("ask", { input: type<{ question: string }>(), output: type<Answer>() });
const forget = defineActivity("forget", { input: type<{ id: string }>(), output: type<void>() });
const talk = defineOrchestration("talk", {
  input: z.strictObject({ topic: z.string() }),
  output: type<Answer>(),
  status: type<{ asked: number }>(),
});

const counter = defineEntity("counter", {
  state: type<{ value: number }>(),
  operations: {
    add: { input: type<{ by: number }>() },
    take: { input: type<{ by: number }>(), output: type<{ left: number }>() },
  },
});

export function whatJsonWouldChange() {
  // @ts-expect-error a Date comes back as a string
  type<{ at: Date }>();
  // @ts-expect-error a Map comes back as {}
  type<{ by: Map<string, string> }>();
  // @ts-expect-error a Set comes back as {}
  type<Set<string>>();
  // @ts-expect-error a bigint throws
  type<{ big: bigint }>();
  // @ts-expect-error a function is left out
  type<{ run: () => void }>();
  // @ts-expect-error bytes come back as an object with numbered keys
  type<{ bytes: Uint8Array }>();
  // @ts-expect-error also deep inside
  type<{ list: { inner: { at: Date } }[] }>();
}

export function wrongActivities() {
  // @ts-expect-error `count` is missing
  activity(ask, async () => ({ kind: "yes" }));
  // @ts-expect-error an unknown kind
  activity(ask, () => ({ kind: "perhaps", reason: "" }));
  // @ts-expect-error a missing answer
  activity(ask, async () => {});
  activity(forget, async () => {});
  // @ts-expect-error there is no `answer` in the input
  activity(forget, async ({ answer }) => void answer);
}

export function wrongOrchestrators() {
  orchestrator(talk, function* (df) {
    // @ts-expect-error `question` is missing
    yield* df.callActivity(ask, {});
    // @ts-expect-error a number is not a question
    yield* df.callActivity(ask, { question: 7 });
    // @ts-expect-error an unknown field
    yield* df.callActivity(ask, { question: "", extra: 1 });
    // @ts-expect-error a name instead of a contract
    yield* df.callActivity("ask", { question: "" });
    // @ts-expect-error not this status
    df.setCustomStatus({ questions: 1 });
    // @ts-expect-error not this input
    df.continueAsNew({ subject: "" });
    return { kind: "no", reason: "" };
  });
  // @ts-expect-error an unknown kind of answer
  orchestrator(talk, function* (df, { topic }) {
    yield* df.callActivity(forget, { id: topic });
    return { kind: "perhaps" };
  });
}

export function wrongEntities() {
  const initial = { value: 0 };
  const add = ({ value }: { value: number }) => ({ value });
  const take = (state: { value: number }) => ({ state, result: { left: state.value } });
  entity(counter, { initial, operations: { add, take } });
  // @ts-expect-error `take` is missing
  entity(counter, { initial, operations: { add } });
  // @ts-expect-error not this state
  entity(counter, { initial: { count: 0 }, operations: { add, take } });
  // @ts-expect-error a missing result
  entity(counter, { initial, operations: { add, take: add } });
  // @ts-expect-error there is no `to` in the input
  entity(counter, { initial, operations: { add: (state, { to }) => to ?? state, take } });
  orchestrator(talk, function* (df) {
    // @ts-expect-error an unknown operation
    df.signalEntity(counter, "k", "sub", { by: 1 });
    // @ts-expect-error a string is not a number
    df.signalEntity(counter, "k", "add", { by: "1" });
    // @ts-expect-error a name instead of a contract
    df.signalEntity("counter", "k", "add", { by: 1 });
    const { left } = yield* df.callEntity(counter, "k", "take", { by: 1 });
    // @ts-expect-error an unknown part of the result
    return { kind: "yes", count: left.count };
  });
}
