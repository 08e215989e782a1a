import { fieldOf } from "./event-fields.ts";
import type { Wait } from "../../../api/local-host-extras.ts";
import type { Outcome } from "../../parts/outcome.ts";
import { type Attempt, comparePoints, firstOf, type Interval, type Step } from "./step.ts";

/** The extension may fire timers this much early. */
const EARLY_MS = 1000;

/** Failures that the orchestrator got in one episode, and the timers that it created in it. */
interface Episode {
  readonly failures: Step[];
  /** Those that are not yet known to belong to a failure. */
  readonly timers: Step[];
}

/**
 * Joins the attempts of a call. The history does not say that a call is a retry, but the extension always does the same:
 * it answers a failure with a timer in the same episode, and calls the same function when it fires. After the last
 * attempt there is a timer that is due at once. A timer that has not fired may also be the orchestrator's own: what the
 * instance waits for tells.
 *
 * @param steps with one attempt each, in the order of the history
 * @param waits what the instance waits for, if the host tells it
 */
export function joinRetries(steps: readonly Step[], waits?: readonly Wait[]): Step[] {
  if (!steps.some((step) => firstOf(step).state === "failed")) return [...steps];
  const episodes = episodesOf(steps);
  const calls = steps.filter(isCall).sort(byStart);
  const { previous, timers } = previousAttempts(calls, episodes);
  const pending = pendingRetries(episodes, new Set(previous.values()), openNames(calls, waits));
  for (const timer of pending.values()) timers.add(timer);
  const joined = new Map<Step, JoinedStep>();
  const result: Step[] = [];
  for (const step of [...steps].sort(byStart)) {
    if (timers.has(step)) continue;
    const failed = previous.get(step);
    const before = failed && joined.get(failed);
    if (failed === undefined || before === undefined) {
      const own: JoinedStep = { ...step, attempts: [...step.attempts], waits: [...step.waits] };
      joined.set(step, own);
      result.push(own);
    } else {
      before.waits.push({ start: firstOf(failed).end ?? firstOf(step).start, end: firstOf(step).start });
      before.attempts.push(...step.attempts);
      if (step.outcome !== undefined) before.outcome = step.outcome;
      joined.set(step, before);
    }
  }
  for (const [failure, timer] of pending) {
    const step = joined.get(failure);
    if (step === undefined) continue;
    step.waits.push({ start: firstOf(failure).end ?? firstOf(timer).start, end: undefined });
    step.nextAt = firstOf(timer).due ?? firstOf(timer).start.time;
  }
  return result;
}

interface JoinedStep extends Step {
  readonly attempts: [Attempt, ...Attempt[]];
  readonly waits: Interval[];
  outcome?: Outcome;
  nextAt?: number;
}

const isCall = ({ kind }: Step) => kind === "activity" || kind === "child";

const byStart = (a: Step, b: Step) => comparePoints(firstOf(a).start, firstOf(b).start);

function episodesOf(steps: readonly Step[]): readonly Episode[] {
  const episodes: Episode[] = [];
  let current: Episode = { failures: [], timers: [] };
  let hasScheduled = false;
  for (const step of inOrderOfHistory(steps)) {
    if (!hasEnded(step)) {
      if (step.kind === "timer") current.timers.push(step);
      hasScheduled ||= step.kind !== "event";
      continue;
    }
    if (hasScheduled || isAfter(step, current.failures.at(-1))) current = { failures: [], timers: [] };
    hasScheduled = false;
    if (firstOf(step).state !== "failed") continue;
    if (current.failures.push(step) === 1) episodes.push(current);
  }
  return episodes;
}

function hasEnded(step: Step): boolean {
  const { state } = firstOf(step);
  return isCall(step) && (state === "completed" || state === "failed");
}

/** Whether a call was scheduled after a failure: then the failure's episode is over. */
function isAfter(call: Step, failure: Step | undefined): boolean {
  return failure !== undefined && firstOf(call).start.time > (firstOf(failure).end?.time ?? 0);
}

/** A timer is in the history when it is created, a call when it has ended. */
function inOrderOfHistory(steps: readonly Step[]): readonly Step[] {
  const placeOf = (step: Step) => {
    const { start, end } = firstOf(step);
    return (isCall(step) && end !== undefined ? end : start).order.at(-1) ?? 0;
  };
  return [...steps].sort((a, b) => placeOf(a) - placeOf(b));
}

/** Due when it was created: what the extension waits for after the last attempt. */
function isFinal(timer: Step): boolean {
  const { due, start } = firstOf(timer);
  return due !== undefined && due <= start.time;
}

/** Finds for each retry the failure that it follows, and the timers that belong to failures. */
function previousAttempts(calls: readonly Step[], episodes: readonly Episode[]) {
  const waiting = new Map<string, Map<Episode, Step[]>>();
  const timers = new Set<Step>();
  for (const episode of episodes) {
    for (const failure of episode.failures) {
      const key = keyOf(failure);
      const ofKey = waiting.get(key) ?? new Map<Episode, Step[]>();
      const failures = ofKey.get(episode) ?? [];
      failures.push(failure);
      waiting.set(key, ofKey.set(episode, failures));
    }
  }
  const previous = new Map<Step, Step>();
  for (const call of calls) {
    const ofKey = waiting.get(keyOf(call));
    const found = ofKey && nearest(ofKey, call);
    if (ofKey === undefined || found === undefined) continue;
    const [episode, timer] = found;
    const failures = ofKey.get(episode) ?? [];
    previous.set(call, failures.shift() as Step);
    if (failures.length === 0) ofKey.delete(episode);
    episode.timers.splice(episode.timers.indexOf(timer), 1);
    timers.add(timer);
  }
  for (const episode of episodes) {
    for (const timer of episode.timers.filter(isFinal).slice(0, episode.failures.length)) timers.add(timer);
  }
  return { previous, timers };
}

/** How many calls of a kind and name are awaited but do not run: these wait for a retry. Undefined if nobody tells. */
function openNames(calls: readonly Step[], waits: readonly Wait[] | undefined) {
  if (waits === undefined) return undefined;
  const counts = new Map(waits.map(({ kind, name, count }) => [`${kind} ${name}`, count]));
  for (const { kind, name, attempts } of calls) {
    if (attempts[0].state === "open") counts.set(`${kind} ${name}`, (counts.get(`${kind} ${name}`) ?? 0) - 1);
  }
  return counts;
}

/** The failures whose retries wait, each with the timer that it waits for. */
function pendingRetries(
  episodes: readonly Episode[],
  retried: ReadonlySet<Step>,
  awaited: Map<string, number> | undefined,
): ReadonlyMap<Step, Step> {
  const pending = new Map<Step, Step>();
  for (const { failures, timers } of episodes) {
    const waiting = timers.filter((timer) => firstOf(timer).state === "open" && !isFinal(timer));
    const failed = failures.filter((failure) => !retried.has(failure));
    // If nobody tells which of them are retried, only as many timers as failures leave no doubt.
    if (awaited === undefined && failed.length !== waiting.length) continue;
    for (const failure of failed) {
      const key = `${failure.kind} ${failure.name}`;
      const count = awaited?.get(key) ?? 0;
      if (awaited !== undefined && count <= 0) continue;
      const timer = waiting.shift();
      if (timer === undefined) break;
      awaited?.set(key, count - 1);
      pending.set(failure, timer);
    }
  }
  return pending;
}

/** Among the timers of episodes in which the same call failed, the one at whose due time this call was made. */
function nearest(ofKey: ReadonlyMap<Episode, readonly Step[]>, call: Step): [Episode, Step] | undefined {
  const { start, end } = firstOf(call);
  let best: [Episode, Step] | undefined;
  let least = Number.POSITIVE_INFINITY;
  for (const [episode, failures] of ofKey) {
    if (failures[0] === call) continue;
    for (const timer of episode.timers) {
      const { due = Number.POSITIVE_INFINITY, end: fired } = firstOf(timer);
      if (fired === undefined || firstOf(timer).state !== "completed" || isFinal(timer)) continue;
      const late = start.time - due;
      const endsLater = end === undefined || (end.order.at(-1) ?? 0) > (fired.order.at(-1) ?? 0);
      if (late < -EARLY_MS || !endsLater || Math.abs(late) >= least) continue;
      best = [episode, timer];
      least = Math.abs(late);
    }
  }
  return best;
}

/** The function and, if the host tells it, the input: only the same call is a retry. */
function keyOf(step: Step): string {
  const [event] = firstOf(step).events;
  const input = event && fieldOf(event, "Input");
  return JSON.stringify([step.kind, step.name, typeof input === "string" ? input : null]);
}
