import path from "node:path";
import * as fc from "fast-check";
import type { EngineSettings } from "durable-local-host";
import type { DurableOrchestrationContext } from "durable-functions";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  START,
  startEngine,
  testRunner,
  turns,
} from "../../packages/local-host/test/engine/support/test-engine.ts";
import { ManualClock } from "../../packages/local-host/test/support/manual-clock.ts";
import { createTestHost, type TestHost } from "durable-local-host/testing";
import { ExtensionClock } from "../../src/durable/orchestration/step.ts";
import { waitModel, type Raised } from "./wait-model.ts";
import type { Op } from "./waits-fixture/contracts.ts";

/** `WAITS_RUNS=500 npm test -- test/durable/waits` tries more programs. */
const RUNS = Number(process.env["WAITS_RUNS"] ?? 15);
const SECOND = 1000;
const DAY = 86_400 * SECOND;
const APP = path.join(import.meta.dirname, "waits-fixture");

let host: TestHost;
beforeAll(async () => {
  host = await createTestHost({ app: APP, horizon: { days: 10_000 } });
});
afterAll(() => host?.stop());

/** Raises the events when they are due, and returns what the program received, in milliseconds from its start. */
async function run(ops: readonly Op[], events: readonly Raised[]) {
  const start = host.clock.now();
  const instance = await host.start("program", { ops });
  await host.settle();
  for (const { event, at, value } of events) {
    await host.advanceTo(new Date(start + at));
    // An event for an instance that has ended is refused.
    await instance.raise(event, { value }).catch(() => undefined);
  }
  const { runtimeStatus, output } = await instance.completion();
  const history = await instance.history();
  return {
    seen:
      runtimeStatus === "Completed"
        ? (output as [string, number][]).map(([what, at]) => [what, at - start])
        : output,
    timers: history.filter(({ event }) => event === "TimerCreated").length,
    took: host.clock.now() - start,
  };
}

/** Seconds to a year, each scale as likely as the others. Whole seconds: see `eventsOf`. */
const length = fc
  .oneof(
    fc.integer({ min: 1, max: 100 }),
    fc.integer({ min: 100, max: 86_400 }),
    fc.integer({ min: 86_400, max: 20 * 86_400 }),
    fc.integer({ min: 5 * 86_400, max: 366 * 86_400 }),
  )
  .map((seconds) => seconds * SECOND);
const event = fc.constantFrom("a" as const, "b" as const);
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({ kind: fc.constantFrom("collect" as const, "inbox" as const, "race" as const), event, length }),
  fc.record({ kind: fc.constant("race" as const), event, length }),
  fc.record({ kind: fc.constant("sleep" as const), length }),
  fc.constant({ kind: "work" as const }),
);
const gaps = fc.array(fc.record({ event, gap: length }), { maxLength: 12 });

/** No two events, and no event and timer, are due in the same millisecond, so the results are deterministic. */
function eventsOf(list: readonly { event: "a" | "b"; gap: number }[]): Raised[] {
  let at = 0;
  return list.map(({ event, gap }, i) => ({ event, at: (at += gap) + i + 1, value: `${event}${i}` }));
}

/** The same with a host that polls at intervals: due timers and events arrive together. */
async function runLate(
  ops: readonly Op[],
  events: readonly Raised[],
  delays: readonly number[],
  settings: Partial<EngineSettings>,
  longest: number,
) {
  const clock = new ManualClock(START);
  const runner = await testRunner(APP);
  const engine = await startEngine({ clock, runner, settings: { strict: true, ...settings } });
  const isOver = async () => (await engine.hub.get("i1"))?.runtimeStatus !== "Running";
  const end = START + 50 * longest;
  const last: Op = { kind: "rest", events: events.length, length: longest };
  const input = JSON.stringify({ ops: [...ops, last] });
  await engine.hub.start({ name: "program", instanceId: "i1", input });
  await turns();
  let looks = 0;
  const late = () => delays[looks++ % delays.length] ?? 0;
  for (const { event, at, value } of events) {
    while ((engine.nextDue ?? Infinity) < START + at - late()) await look(engine.nextDue ?? 0);
    clock.jumpTo(START + at);
    await engine.hub.raiseEvent("i1", event, JSON.stringify({ value }));
    await turns();
  }
  while (engine.nextDue !== undefined && clock.now() < end && !(await isOver())) {
    await look(engine.nextDue + late());
  }
  const instance = await engine.hub.get("i1");
  await engine.stop();
  const output = JSON.parse(instance?.output ?? "null") as [what: string, at: number][] | null;
  return { seen: (output ?? []).map(([what]) => what), problems: instance?.problems ?? [] };

  async function look(instant: number): Promise<void> {
    clock.jumpTo(instant);
    await turns();
  }
}

describe("a program with waits", () => {
  test(
    "has the same results as with one clock, with at most two more timers in six days",
    { timeout: 120_000 },
    async () => {
      await fc.assert(
        fc.asyncProperty(fc.array(op, { minLength: 1, maxLength: 6 }), gaps, async (ops, list) => {
          const events = eventsOf(list);
          const { seen, timers, took } = await run(ops, events);
          const expected = waitModel(ops, events);
          expect(seen).toEqual(expected.seen);
          expect(timers).toBeLessThanOrEqual(expected.timers + 2 * Math.ceil(took / (6 * DAY)));
        }),
        { numRuns: RUNS },
      );
    },
  );

  test("needs no more timers than the plain SDK while each is due within six days of the last real wait", async () => {
    const short = fc.integer({ min: 1, max: 30 * 3600 }).map((seconds) => seconds * SECOND);
    const ofHours: fc.Arbitrary<Op> = fc.record({
      kind: fc.constantFrom("collect" as const, "inbox" as const, "race" as const),
      event,
      length: short,
    });
    const near = fc.array(fc.record({ event, gap: short }), { maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(fc.array(ofHours, { minLength: 1, maxLength: 4 }), near, async (ops, list) => {
        const events = eventsOf(list);
        const { seen, timers } = await run(ops, events);
        const expected = waitModel(ops, events);
        expect(seen).toEqual(expected.seen);
        expect(timers).toBeLessThanOrEqual(expected.timers);
      }),
      { numRuns: RUNS },
    );
  });

  test.each([
    ["six days", {}],
    [
      "a minute",
      { maximumDelayTimeMilliseconds: 60_000, longRunningTimerIntervalLengthMilliseconds: 30_000 },
    ],
  ])(
    "loses no event if all arrive late and at the same time, where the longest timer is %s",
    { timeout: 120_000 },
    async (_longest, settings) => {
      const scale = "maximumDelayTimeMilliseconds" in settings ? 60_000 / (6 * DAY) : 1;
      const short = (milliseconds: number) => Math.round(milliseconds * scale);
      const late = fc.array(fc.integer({ min: 0, max: 20 * DAY }), { minLength: 1, maxLength: 5 });
      await fc.assert(
        fc.asyncProperty(fc.array(op, { maxLength: 5 }), gaps, late, async (list, raised, delays) => {
          const ops = list.map((wait) => ("length" in wait ? { ...wait, length: short(wait.length) } : wait));
          const events = eventsOf(raised.map(({ event, gap }) => ({ event, gap: short(gap) })));
          const { seen, problems } = await runLate(
            ops,
            events,
            delays.map(short),
            settings,
            short(100 * DAY),
          );
          expect(problems).toEqual([]);
          for (const name of ["a", "b"]) {
            const of = events.filter(({ event }) => event === name).map(({ value }) => value);
            expect(seen.filter((what) => what.startsWith(name))).toEqual(of);
          }
        }),
        { numRuns: RUNS },
      );
    },
  );
});

test("an event between two races, for a waiter that lost, is available to the next one", async () => {
  const instance = await host.start("betweenRaces", { hours: 1 });
  const held = host.activity("work").nextCall();
  const advanced = host.advance({ hours: 1 });
  const working = await held;
  await host.hub.raiseEvent(instance.id, "a", JSON.stringify({ value: "first" }));
  await host.hub.raiseEvent(instance.id, "a", JSON.stringify({ value: "second" }));
  working.release();
  await advanced;
  expect((await instance.completion()).output).toEqual(["due", "first"]);
});

test.each([
  ["nothing", undefined, 6 * DAY],
  ["no time", 0, 6 * DAY],
  ["a minute", 60 * SECOND, 60 * SECOND],
  ["sixty days", 60 * DAY, 6 * DAY],
])("where the extension announces %s (%o ms), the longest timer has %i ms", (_what, announced, most) => {
  const maximumShortTimerDuration = announced === undefined ? undefined : { asMilliseconds: () => announced };
  const df = { currentUtcDateTime: new Date(0), maximumShortTimerDuration };
  expect(new ExtensionClock(df as unknown as DurableOrchestrationContext).horizon).toBe(most);
});

describe("a call in a race", () => {
  test("against a timer of up to six days needs only one more action than the call", async () => {
    const instance = await host.start("callAgainstTimer", { days: 6, retried: false });
    expect((await instance.completion()).output).toBe("called");
  });

  test("against a longer one is refused immediately: it cannot be in the race of each part", async () => {
    const instance = await host.start("callAgainstTimer", { days: 7, retried: false });
    const { runtimeStatus, output } = await instance.completion();
    expect(runtimeStatus).toBe("Failed");
    expect(output).toContain("A race of a call against a timer of more than six days");
  });

  test("with a retry policy is refused immediately", async () => {
    const instance = await host.start("callAgainstTimer", { days: 1, retried: true });
    const { runtimeStatus, output } = await instance.completion();
    expect(runtimeStatus).toBe("Failed");
    expect(output).toContain("The branch 'called' of a race has a retry policy");
  });
});
