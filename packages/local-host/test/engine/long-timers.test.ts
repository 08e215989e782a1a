import { describe, expect, test } from "vitest";
import type { Engine } from "../../src/engine/engine.ts";
import { EventType } from "../../src/engine/history/events.ts";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import { fromTimestamp } from "../../src/engine/history/timestamps.ts";
import type { FunctionRunner, InvocationResult } from "../../src/invocation/function-runner.ts";
import recording from "./long-timers.history.json" with { type: "json" };
import { ManualClock } from "../support/manual-clock.ts";
import { START, startEngine, testRunner, turns } from "./support/test-engine.ts";
import { WrappedRunner } from "../support/wrapped-runner.ts";

/** "A day" of the recording; one timer is at most 6 of them, and its parts are 3. */
const DAY = 10_000;
const settings = {
  maxConcurrentOrchestratorFunctions: 1,
  maximumDelayTimeMilliseconds: 6 * DAY,
  longRunningTimerIntervalLengthMilliseconds: 3 * DAY,
};

/** An event of a history, in "days" of the recording, which has its start at 0.1. */
interface Seen {
  readonly type: string;
  readonly day: number;
  readonly fireAtDay?: number;
}
interface Run {
  readonly orchestration: string;
  readonly gapDays: number;
  readonly timerDays: number;
  readonly runtimeStatus: string;
  readonly output: unknown;
  readonly history: readonly Seen[];
}
const RECORDED: readonly Run[] = recording;

/** Keeps the only place for episodes busy, so that events arrive together, as from a polled queue. */
class Polled extends WrappedRunner {
  #poll: () => void = () => undefined;

  override async run(...call: Parameters<FunctionRunner["run"]>): Promise<InvocationResult> {
    if (call[1] === "empty") await new Promise<void>((resolve) => (this.#poll = resolve));
    return super.run(...call);
  }

  async together(engine: Engine, arrive: () => Promise<void>): Promise<void> {
    await engine.hub.start({ name: "empty", instanceId: "place", input: null });
    await turns();
    await arrive();
    this.#poll();
    await turns();
  }
}

const instantOf = (day: number) => START + Math.round((day - 0.1) * DAY);
const dayOf = (timestamp: string) => (fromTimestamp(timestamp) - START) / DAY + 0.1;

/** Runs an orchestration with the recorded times: its events and its timers arrive as late as in the recording. */
async function replayed({ orchestration, timerDays, history }: Run) {
  const clock = new ManualClock(START);
  const polled = new Polled(await testRunner());
  const engine = await startEngine({ clock, settings, runner: polled });
  const input = JSON.stringify({ days: timerDays, rounds: 4, day: DAY });
  await engine.hub.start({ name: orchestration, instanceId: "i1", input });
  await turns();
  let events = 0;
  // A fired timer has the time of its creation, not of its arrival.
  for (const { type, day } of history.filter((event) => event.type !== "TimerFired")) {
    if (type === "EventRaised") {
      await polled.together(engine, async () => {
        // Each further event is raised a little later.
        clock.jumpTo(instantOf(day) + 50 * events);
        await engine.hub.raiseEvent("i1", "e", `"v${events++}"`);
      });
    } else {
      // A timer that fired slightly early in the recording fires on time here.
      clock.jumpTo(Math.max(instantOf(day), Math.min(engine.nextDue ?? 0, instantOf(day + 0.2))));
    }
    await turns();
  }
  for (let due = engine.nextDue; due !== undefined; due = engine.nextDue) {
    clock.jumpTo(due);
    await turns();
  }
  const instance = await engine.hub.get("i1");
  const seen = await engine.hub.history("i1");
  await engine.stop();
  return { instance, history: seen.flatMap(shown), problems: instance?.problems ?? [] };
}

const SHOWN = new Map<number, string>([
  [EventType.ExecutionStarted, "ExecutionStarted"],
  [EventType.ExecutionCompleted, "ExecutionCompleted"],
  [EventType.TaskCompleted, "TaskCompleted"],
  [EventType.TimerCreated, "TimerCreated"],
  [EventType.TimerFired, "TimerFired"],
  [EventType.EventRaised, "EventRaised"],
]);

function shown(event: HistoryEvent): Seen[] {
  const type = SHOWN.get(event.EventType);
  if (type === undefined) return [];
  const day = dayOf(event.Timestamp);
  return ["FireAt" in event ? { type, day, fireAtDay: dayOf(event.FireAt) } : { type, day }];
}

/** A timer that fired early in the recording was followed by another one for the rest; here, timers fire on time. */
function withoutEarlyOnes(history: readonly Seen[]): Seen[] {
  return history.filter((event, i) => {
    const created = event.type === "TimerFired" ? history[i - 1] : event;
    const before = created === event ? history[i - 1] : history[i - 2];
    const isRest = before?.type === "TimerFired" && before.fireAtDay === created?.fireAtDay;
    return !(isRest && created?.type === "TimerCreated" && created.day === created.fireAtDay);
  });
}

/** Until half "a day": timers of the recording were late, and early. */
const nearly = ({ type, day, fireAtDay }: Seen): unknown => ({
  type,
  day: expect.closeTo(day, 0) as number,
  ...(fireAtDay !== undefined && { fireAtDay: expect.closeTo(fireAtDay, 0) as number }),
});

describe("as recorded on the real extension", () => {
  test.each(RECORDED.map((run) => [run.orchestration, run.timerDays, run.gapDays, run] as const))(
    "%s: timers of %d days, events %d days apart",
    async (_orchestration, _days, _gap, run) => {
      const { instance, history } = await replayed(run);
      expect(instance?.runtimeStatus).toBe(run.runtimeStatus);
      // A failure's text was cut off.
      const output = instance?.output?.slice(0, String(run.output).length) ?? null;
      expect(run.runtimeStatus === "Failed" ? output : JSON.parse(instance?.output ?? "null")).toEqual(
        run.output,
      );
      expect(history).toEqual(withoutEarlyOnes(run.history).map(nearly));
    },
  );
});

async function problemsOf(name: string, timerDays: number, gapDays: number) {
  const run = RECORDED.find(
    (r) => r.orchestration === name && r.timerDays === timerDays && r.gapDays === gapDays,
  );
  if (run === undefined) throw new Error("There is no such recording.");
  return (await replayed(run)).problems;
}

describe("the warning names the cause", () => {
  test("a timer that only the extension splits, because a race with a cancelled timer takes no time there", async () => {
    const [first] = await problemsOf("races", 3, 1);
    expect(first).toContain("is split by the extension but not by the orchestrator");
    expect(first).toContain("more than 60 seconds before");
    expect(first).toContain("Remedy: between the races, wait for something that is not cancelled");
  });

  test("a timer of more than six days that is cancelled after its first part", async () => {
    const problems = await problemsOf("longRaced", 7, 4);
    expect(problems).toEqual([expect.stringContaining("was cancelled, and its first part has fired")]);
    expect(problems[0]).toContain("A timer of more than 60 seconds, for 2025-");
    expect(problems[0]).toContain("Remedy: split the wait into races against timers of at most 60 seconds");
  });

  test("a timer that is due already after one of more than six days", async () => {
    const run = {
      orchestration: "dueBesideLong",
      timerDays: 7,
      gapDays: 0,
      runtimeStatus: "",
      output: "",
      history: [],
    };
    const { instance, problems } = await replayed(run);
    // The long timer ends the race: no task was created for the one that was due.
    expect(instance?.lastUpdatedTime).toBe(START + 7 * DAY);
    expect(problems[0]).toContain("is already due and follows one of more than 60 seconds");
  });

  test("the longest timer is named in days if it has not been shortened", async () => {
    const engine = await startEngine({ clock: new ManualClock(START) });
    const input = JSON.stringify({ days: 7, day: 86_400_000 });
    await engine.hub.start({ name: "dueBesideLong", instanceId: "i1", input });
    await turns();
    const problems = (await engine.hub.get("i1"))?.problems ?? [];
    await engine.stop();
    expect(problems[0]).toContain("one of more than 6 days");
  });

  test("no warning mentions a task in two compounds", async () => {
    for (const run of RECORDED) {
      expect((await replayed(run)).problems.join()).not.toContain("second Task.any");
    }
  });

  test.each([
    ["long", 10, 0],
    ["races", 5, 0.2],
    ["racesWithTimerBetween", 5, 1],
    ["racesWithActivityBetween", 5, 2],
  ])("%s of %d days, events %d apart, is correct and has no warnings", async (name, days, gap) => {
    expect(await problemsOf(name, days, gap)).toEqual([]);
  });
});

/** The recorded outcomes of the remedy: the days of its events, all received before the deadline. */
test.each([
  [5, [1, 2, 3, 4]],
  [8, [0.3, 0.6, 3.5, 6.5, 7.5]],
  [10, []],
  [10, [4]],
  [10, [1, 2, 5, 8]],
  [12, [2.5, 5, 7.7, 11]],
])("parts and a real wait after each event are correct: %d days, events on %j", async (timerDays, days) => {
  const history = [
    ...days.map((day) => ({ type: "EventRaised", day: day + 0.1 })),
    { type: "End", day: timerDays + 1 },
  ];
  const run = { orchestration: "deadline", timerDays, gapDays: 0, runtimeStatus: "", output: "", history };
  const { instance, problems } = await replayed(run);
  expect(JSON.parse(instance?.output ?? "null")).toEqual([...days.map((_, i) => `v${i}`), "deadline"]);
  expect(problems).toEqual([]);
});
