import { describe, expect, expectTypeOf, test } from "vitest";
import { z } from "zod";
import { type Activity, activity, orchestrator } from "../../src/durable/orchestration/functions.ts";
import {
  defineActivity,
  defineEvent,
  defineOrchestration,
  type Json,
  type Shape,
  type,
} from "../../src/durable/orchestration/contract.ts";
import type { DurableContext } from "../../src/durable/orchestration/durable-context.ts";

type Answer = { kind: "yes"; count: number } | { kind: "no"; reason: string };

const ask = defineActivity("ask", { input: type<{ question: string }>(), output: type<Answer>() });
const forget = defineActivity("forget", { input: type<{ id: string }>(), output: type<void>() });
const told = defineEvent("told", { payload: type<{ what: string }>() });
const talk = defineOrchestration("talk", {
  input: z.strictObject({ topic: z.string() }),
  output: type<Answer>(),
  status: type<{ asked: number }>(),
});

describe("type", () => {
  test("accepts values that JSON keeps", () => {
    type Kept = { a: string; b?: number | null; c: readonly { d: boolean }[]; e: Record<string, string[]> };
    expectTypeOf<Json<Kept>>().toEqualTypeOf<Kept>();
    expectTypeOf(type<Kept>()).toEqualTypeOf<Shape<Kept>>();
    expectTypeOf(type<void>()).toEqualTypeOf<Shape<void>>();
  });

  test("passes values on unchanged", () => {
    const value = { question: "?" };
    expect(ask.input.parse(value)).toBe(value);
  });
});

describe("event names", () => {
  test.each(["7", "a1", "a-b", "", "a b"])("%j is refused", (name) => {
    expect(() => defineEvent(name, { payload: type<object>() })).toThrow("must be letters only");
  });
});

describe("activity", () => {
  test("has its input and result from the contract", () => {
    const answer = activity(ask, async ({ question }, context) => {
      expectTypeOf(question).toEqualTypeOf<string>();
      context.log.info("asked", { question });
      if (question === "") return { kind: "no", reason: "no question" };
      return { kind: "yes", count: question.length };
    });
    expectTypeOf(answer).toEqualTypeOf<Activity>();
    expect(answer.name).toBe("ask");
  });
});

describe("orchestrator", () => {
  test("infers the results of steps through yield*", () => {
    const it = orchestrator(talk, function* (df, { topic }) {
      expectTypeOf(df).toEqualTypeOf<DurableContext<{ topic: string }, { asked: number }>>();
      const answer = yield* df.callActivity(ask, { question: topic });
      expectTypeOf(answer).toEqualTypeOf<Answer>();
      const nothing = yield* df.callActivity(forget, { id: topic });
      expectTypeOf(nothing).toBeVoid();
      const event = yield* df.waitForExternalEvent(told);
      expectTypeOf(event).toEqualTypeOf<{ what: string }>();
      const answers = yield* df.all([df.callActivity(ask, { question: "a" })]);
      expectTypeOf(answers).toEqualTypeOf<Answer[]>();
      const first = yield* df.race({
        told: df.waitForExternalEvent(told),
        late: df.createTimer({ hours: 1 }),
      });
      if (first.winner === "told") expectTypeOf(first.value).toEqualTypeOf<{ what: string }>();
      else expectTypeOf(first).toEqualTypeOf<{ readonly winner: "late"; readonly value: void }>();
      const child = yield* df.callSubOrchestrator(talk, { topic });
      expectTypeOf(child).toEqualTypeOf<Answer>();
      df.setCustomStatus({ asked: 1 });
      if (topic === "") return df.continueAsNew({ topic: "weather" });
      return { kind: "yes", count: 1 };
    });
    expect(it.name).toBe("talk");
  });
});
