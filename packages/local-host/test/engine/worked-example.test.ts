import { expect, test } from "vitest";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import { Stage, START } from "./support/test-engine.ts";

/**
 * One orchestration from start to end, with all input of the SDK and all appended events: a step, a step that fails
 * once, an approval that is raced against a timer.
 */

const at = (second: number): string => new Date(START + second * 1000).toISOString().replace("Z", "0000Z");
const started = (second: number) => ({ EventType: 12, EventId: -1, IsPlayed: false, Timestamp: at(second) });
const completed = (second: number) => ({
  EventType: 13,
  EventId: -1,
  IsPlayed: false,
  Timestamp: at(second),
});
const scheduled = (id: number, second: number, name: string) => ({
  EventType: 4,
  EventId: id,
  IsPlayed: false,
  Timestamp: at(second),
  Name: name,
  Version: "",
  Input: null,
  Tags: null,
});
const timer = (id: number, second: number, due: number) => ({
  EventType: 10,
  EventId: id,
  IsPlayed: false,
  Timestamp: at(second),
  FireAt: at(due),
});

/** New events of an episode, and the events that it appends. */
interface Episode {
  readonly fresh: readonly object[];
  readonly appended: readonly object[];
}

const EPISODES: readonly Episode[] = [
  {
    fresh: [
      started(0),
      {
        EventType: 0,
        EventId: -1,
        IsPlayed: false,
        Timestamp: at(0),
        OrchestrationInstance: { InstanceId: "i1", ExecutionId: expect.any(String) },
        ParentInstance: null,
        Name: "approval",
        Version: null,
        Input: '{"order":7}',
        Tags: null,
        Correlation: null,
        ScheduledStartTime: null,
        Generation: 0,
      },
    ],
    appended: [scheduled(0, 0, "Step1"), completed(0)],
  },
  {
    fresh: [
      started(1),
      { EventType: 5, EventId: -1, IsPlayed: false, Timestamp: at(1), TaskScheduledId: 0, Result: '"s1"' },
    ],
    appended: [scheduled(1, 1, "Step2"), completed(1)],
  },
  {
    fresh: [
      started(2),
      {
        EventType: 6,
        EventId: -1,
        IsPlayed: false,
        Timestamp: at(2),
        TaskScheduledId: 1,
        Reason: "Activity function 'Step2' failed: flaky",
        Details: expect.stringContaining('"ClassName":"System.Exception","Message":"flaky"'),
        FailureDetails: null,
      },
    ],
    appended: [timer(2, 2, 7), completed(2)],
  },
  {
    fresh: [
      started(7),
      { EventType: 11, EventId: -1, IsPlayed: false, Timestamp: at(2), TimerId: 2, FireAt: at(7) },
    ],
    appended: [scheduled(3, 7, "Step2"), completed(7)],
  },
  {
    fresh: [
      started(8),
      {
        EventType: 5,
        EventId: -1,
        IsPlayed: false,
        Timestamp: at(8),
        TaskScheduledId: 3,
        Result: '{"ok":1}',
      },
    ],
    appended: [timer(4, 8, 68), completed(8)],
  },
  {
    fresh: [
      started(20),
      {
        EventType: 15,
        EventId: -1,
        IsPlayed: false,
        Timestamp: at(20),
        Name: "Approve",
        Input: '{"by":"ann"}',
      },
    ],
    appended: [
      {
        EventType: 1,
        EventId: 5,
        IsPlayed: false,
        Timestamp: at(20),
        OrchestrationStatus: 1,
        Result: '{"approved":{"by":"ann"},"b":{"ok":1}}',
        FailureDetails: null,
      },
      completed(20),
    ],
  },
];

/** Events from outside return as played; events that an episode wrote do not. */
const asPlayed = (event: object): object =>
  "EventType" in event && [0, 5, 6, 11, 15].includes(Number(event.EventType))
    ? { ...event, IsPlayed: true }
    : event;

async function play(): Promise<Stage> {
  const stage = await Stage.open(["Step1", "Step2"]);
  await stage.start("approval", { order: 7 });
  await stage.clock.advance(1000);
  await stage.succeed("Step1", "s1");
  await stage.clock.advance(1000);
  await stage.fail("Step2", "flaky");
  await stage.clock.advance(5000);
  await stage.clock.advance(1000);
  await stage.succeed("Step2", { ok: 1 });
  await stage.clock.advance(12_000);
  await stage.raise("Approve", { by: "ann" });
  return stage;
}

test("every trigger contains the whole history and the constants of the protocol", async () => {
  const stage = await play();
  expect(stage.activities.payloads).toHaveLength(EPISODES.length);
  const past: object[] = [];
  for (const [i, { fresh, appended }] of EPISODES.entries()) {
    const payload = stage.activities.payloads[i];
    expect(payload).toMatchObject({ history: [...past.map(asPlayed), ...fresh] });
    expect({ ...(payload as object), history: undefined }).toEqual({
      input: { order: 7 },
      instanceId: "i1",
      isReplaying: i > 0,
      parentInstanceId: null,
      sourceInstanceId: null,
      upperSchemaVersion: 1,
      upperSchemaVersionNew: 3,
      longRunningTimerIntervalDuration: "3.00:00:00",
      maximumShortTimerDuration: "6.00:00:00",
      defaultHttpAsyncRequestSleepTimeMillseconds: 30000,
    });
    past.push(...fresh, ...appended);
  }
});

test("every episode appends the work that it scheduled; the last one also appends the end", async () => {
  const stage = await play();
  const expected = EPISODES.flatMap(({ fresh, appended }) => [...fresh, ...appended]).map(asPlayed);
  expect(await stage.history()).toMatchObject(expected as unknown as HistoryEvent[]);
  expect(await stage.history()).toHaveLength(expected.length);
  expect(await stage.get()).toMatchObject({
    runtimeStatus: "Completed",
    output: '{"approved":{"by":"ann"},"b":{"ok":1}}',
    customStatus: '{"waitingFor":"Approve"}',
    createdTime: START,
    lastUpdatedTime: START + 20_000,
  });
});

test("the message of the cancelled timer still arrives, and is ignored", async () => {
  const stage = await play();
  const before = await stage.history();
  expect(stage.engine.nextDue).toBe(START + 68_000);
  await stage.clock.advance(60_000);
  expect(await stage.history()).toEqual(before);
  expect(stage.engine.nextDue).toBeUndefined();
});
