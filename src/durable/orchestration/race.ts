import type { DurableOrchestrationContext, Task } from "durable-functions";
import { EventStep, type ExtensionClock, type Operation, Step, TimerStep } from "./step.ts";

type Branch = Step<unknown> | EventStep<unknown> | TimerStep;
/** The branches of a race by name. */
export type Branches = Readonly<Record<string, Branch>>;
export type Winner<B extends Branches> = {
  [K in keyof B & string]: { readonly winner: K; readonly value: ValueOf<B[K]> };
}[keyof B & string];
type ValueOf<B> = B extends Step<infer T> ? T : B extends EventStep<infer T> ? T : void;

/**
 * Waits for the first branch to finish and returns its name and value. A timer that lost is cancelled, because an
 * instance stays Running until its last pending timer fires. A call that lost is not stopped: it runs to its end, its
 * result is ignored, and it must not be used in another race.
 *
 * A timer beyond the clock's horizon is split into parts. Where the extension may have continued earlier, a wait that
 * is not cancelled comes between them.
 *
 * @throws the error of the winning branch
 * @throws {RangeError} for a call against a timer that must be split, because a call can only be in one race
 */
export function* race<B extends Branches>(
  df: DurableOrchestrationContext,
  clock: ExtensionClock,
  branches: B,
): Operation<Winner<B>> {
  const entries = Object.entries<Branch>(branches);
  refuseRetried(entries);
  const timer = soonest(entries);
  for (;;) {
    const won = arrived(entries) ?? (yield* raceOnce(df, clock, entries, timer));
    if (!won) continue;
    const [winner, step] = won;
    const value = step instanceof TimerStep ? undefined : step.result;
    // Name and value belong together, but TypeScript loses this connection in Object.entries.
    return { winner, value } as Winner<B>;
  }
}

type Entry = readonly [name: string, branch: Branch];
type TimerEntry = readonly [name: string, timer: TimerStep];

/** Races until a branch has won, or until the longest possible timer has fired. */
function* raceOnce(
  df: DurableOrchestrationContext,
  clock: ExtensionClock,
  entries: readonly Entry[],
  timer: TimerEntry | undefined,
): Operation<Entry | undefined> {
  const due = timer?.[1].due.getTime() ?? -Infinity;
  if (due > clock.horizon && (yield* synchroniseIfNeeded(clock, entries))) return undefined;
  const { now, horizon } = clock;
  const piece = timer && df.createTimer(new Date(Math.min(due, horizon)));
  const runners = runnersOf(entries, timer, piece);
  const first = (yield df.Task.any([...runners.keys()])) as Task;
  if (piece && !piece.isCompleted) {
    piece.cancel();
    clock.cancelledRaceSince(now);
  } else if (!has(entries, EventStep)) {
    // With events this is unknown: the extension may have decided the race by an earlier event.
    clock.synchronised();
  }
  if (first !== piece || due <= horizon) return runners.get(first);
  yield* clock.synchronise();
  return undefined;
}

/** Waits first if a timer is beyond the horizon. Returns whether it has waited. */
function* synchroniseIfNeeded(clock: ExtensionClock, entries: readonly Entry[]): Operation<boolean> {
  const hasCalls = has(entries, Step);
  const mustSynchronise = clock.mayDiffer && (hasCalls || clock.horizon <= clock.now);
  if (mustSynchronise) yield* clock.synchronise();
  else if (hasCalls) throw new RangeError(LONG_RACE_OF_A_CALL);
  return mustSynchronise;
}

const LONG_RACE_OF_A_CALL =
  "A race of a call against a timer of more than six days: a call can only be in one race, but such a timer needs " +
  "several. Let the called function raise an event at its end, and race that event (docs/long-waits.md).";

const has = (entries: readonly Entry[], kind: typeof Step | typeof EventStep): boolean =>
  entries.some(([, branch]) => branch instanceof kind);

/** The tasks of one race, in the order of the branches. */
function runnersOf(
  entries: readonly Entry[],
  timer: TimerEntry | undefined,
  piece: Task | undefined,
): ReadonlyMap<Task, Entry> {
  const runners = new Map<Task, Entry>();
  for (const entry of entries) {
    const [, branch] = entry;
    if (branch instanceof Step) runners.set(branch.task, entry);
    else if (branch instanceof EventStep) runners.set(branch.mailbox.waiter(), entry);
    else if (branch === timer?.[1] && piece) runners.set(piece, entry);
  }
  return runners;
}

/** Of several timers, only the first to fire can win. */
function soonest(entries: readonly Entry[]): TimerEntry | undefined {
  const timers = entries.flatMap(([name, branch]): TimerEntry[] =>
    branch instanceof TimerStep ? [[name, branch]] : [],
  );
  return timers.toSorted(([, a], [, b]) => a.due.getTime() - b.due.getTime())[0];
}

const arrived = (entries: readonly Entry[]): Entry | undefined =>
  entries.find(([, branch]) => branch instanceof EventStep && !branch.mailbox.isEmpty);

/**
 * The extension does not wait at a race whose timer was cancelled, so it would count the ids of a retry at another
 * time.
 */
function refuseRetried(entries: readonly Entry[]): void {
  const retried = entries.find(([, branch]) => branch instanceof Step && branch.isRetried);
  if (!retried) return;
  throw new Error(
    `The branch '${retried[0]}' of a race has a retry policy: orchestrator and extension would count its tries ` +
      "differently once the race is won (docs/long-waits.md). Put the call with its retries into a sub-orchestration.",
  );
}
