import { readFileSync } from "node:fs";
import { join } from "node:path";
import { EventType, type HistoryEvent } from "durable-local-host";
import type { TaskHub } from "durable-local-host";
import { ROOT } from "../../tools/run.ts";

/** The work that an orchestration schedules, including its children. */
export interface Scheduled {
  /** Executions that continued as new. */
  readonly continued: number;
  /** Activities that ran alone, and those that ran in parallel with others. */
  readonly sequential: number;
  readonly parallel: number;
  readonly timersFired: number;
  /** Timers that lost their race. */
  readonly timersCancelled: number;
  readonly events: number;
  readonly children: number;
  readonly entityCalls: number;
  readonly signals: number;
}

/** Transactions for one unit of each kind, as measured on the real engine. */
export const EACH = {
  start: 8,
  sequential: 7,
  /** Several completions are received at a time: 4.5 each of 100, 4.9 of 10. */
  parallel: 4.9,
  timersFired: 5,
  /** Its message is written and, when it is due, discarded. Not measured. */
  timersCancelled: 2,
  events: 7,
  children: 10,
  entityCalls: 10,
  /** One signal to one entity: a message (2) and a batch of one operation (3). */
  signals: 5,
} as const;

const NOTHING: Scheduled = {
  continued: 0,
  sequential: 0,
  parallel: 0,
  timersFired: 0,
  timersCancelled: 0,
  events: 0,
  children: 0,
  entityCalls: 0,
  signals: 0,
};

/** Storage transactions of an orchestration that schedules this work, without polling. */
export function transactionsOf(work: Partial<Scheduled>): number {
  let total: number = EACH.start;
  for (const [kind, count] of Object.entries({ ...NOTHING, ...work })) {
    if (kind in EACH) total += EACH[kind as keyof typeof EACH] * count;
  }
  return Math.ceil(Number(total.toFixed(3)));
}

/** Messages that go through queues. Each is read once more than counted. */
export function messagesOf(work: Scheduled): number {
  const { sequential, parallel, children, entityCalls, timersFired, timersCancelled, events, signals } = work;
  return (
    1 +
    2 * (sequential + parallel + children + entityCalls) +
    timersFired +
    timersCancelled +
    events +
    signals
  );
}

/** Where to find the histories of an instance. */
export interface Recorded {
  readonly hub: TaskHub;
  /** Histories of executions that continued as new. */
  continued(instanceId: string): readonly (readonly HistoryEvent[])[];
}

/**
 * Executions of functions, which all cost money: the HTTP start, activities, batches of entities, and the
 * orchestrators. An orchestrator runs once for its start and once for each message. The engine may handle several
 * messages of parallel activities at a time, so this is the maximum.
 */
export function executionsOf(work: Scheduled): number {
  const { sequential, parallel, timersFired, events, children, entityCalls, signals, continued } = work;
  const activities = sequential + parallel;
  const orchestrators = 1 + activities + timersFired + events + 2 * children + entityCalls + continued;
  return 1 + orchestrators + activities + entityCalls + signals;
}

/** Counts the work that an instance has scheduled, from the histories of its executions and of its children. */
export async function scheduledBy(recorded: Recorded, instanceId: string): Promise<Scheduled> {
  const last = await recorded.hub.history(instanceId);
  const continued = recorded.continued(instanceId);
  let total = countEvents(last);
  for (const history of continued) total = add(total, countContinued(history));
  for (const event of [...continued.flat(), ...last]) {
    if (event.EventType !== EventType.SubOrchestrationInstanceCreated) continue;
    total = add(total, await scheduledBy(recorded, event.InstanceId));
  }
  return total;
}

/** The last episode is not in the history. The timer that was open then is the one that continued the execution. */
function countContinued(history: readonly HistoryEvent[]): Scheduled {
  const { timersFired, timersCancelled, ...rest } = countEvents(history);
  return { ...rest, continued: 1, timersFired: timersFired + timersCancelled, timersCancelled: 0 };
}

function countEvents(history: readonly HistoryEvent[]): Scheduled {
  const count = (type: number) => history.filter((event) => event.EventType === type).length;
  const activities = activitiesByEpisode(history);
  const created = count(EventType.TimerCreated);
  const fired = count(EventType.TimerFired);
  const sent = history.filter((event) => event.EventType === EventType.EventSent);
  const signals = sent.filter(({ Input }) => (JSON.parse(Input) as { signal?: boolean }).signal === true);
  return {
    continued: 0,
    sequential: activities.filter((each) => each === 1).length,
    parallel: activities.filter((each) => each > 1).reduce((sum, each) => sum + each, 0),
    timersFired: fired,
    timersCancelled: created - fired,
    // The response of an entity is an event as well.
    events: count(EventType.EventRaised) - (sent.length - signals.length),
    children: count(EventType.SubOrchestrationInstanceCreated),
    entityCalls: sent.length - signals.length,
    signals: signals.length,
  };
}

function activitiesByEpisode(history: readonly HistoryEvent[]): number[] {
  const episodes: number[] = [];
  for (const { EventType: type } of history) {
    if (type === EventType.OrchestratorStarted) episodes.push(0);
    if (type === EventType.TaskScheduled) episodes.push((episodes.pop() ?? 0) + 1);
  }
  return episodes;
}

function add(a: Scheduled, b: Scheduled): Scheduled {
  const keys = Object.keys(NOTHING) as (keyof Scheduled)[];
  return Object.fromEntries(keys.map((key) => [key, a[key] + b[key]])) as unknown as Scheduled;
}

/** The measured values; see the file for the conditions. */
export interface Measured {
  readonly workloads: readonly ({
    readonly name: string;
    readonly transactions: number;
  } & Partial<Scheduled>)[];
  readonly signals: {
    readonly transactions: number;
    readonly signals: number;
    readonly entityBatches: number;
  };
  /** An idle host, without the polling of queues. */
  readonly idle: {
    readonly tableWritesPerSecond: number;
    readonly tableQueriesPerSecond: number;
    readonly blobLeaseRenewalsPerSecond: number;
  };
}

export const MEASURED = JSON.parse(
  readFileSync(join(ROOT, "docs", "storage-costs.json"), "utf8"),
) as Measured;
