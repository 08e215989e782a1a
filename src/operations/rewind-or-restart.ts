import type { FormerRun, NextInput } from "../durable/task-hub/former-run.ts";
import type { HubEvent, HubRun, TaskHub } from "../durable/task-hub/task-hub.ts";
import { terminateParts } from "../durable/task-hub/termination.ts";

/** The ways in which an instance that ended too early goes on. */
export type RecoveryCommand = "rewind" | "restart";

/** By orchestration; one that is not there starts again with its former input. */
export type NextInputs = Readonly<Record<string, NextInput>>;

/** An input that is not what it was started with: it cannot be read, or somebody else started it. */
export class UnreadableInput extends Error {}

/** Parts of the former run have not ended in time; the new one would start parts under the same ids. */
export class PartsUnderWay extends Error {}

/** A timer that is due so soon may fire before a rewind has taken effect. */
const MARGIN_MS = 60_000;

/**
 * A rewind keeps what an instance has done, and is right where nothing of its history is in its way:
 *
 * - It takes all failed calls back, also those that the code has long dealt with, and runs them again: where anything
 *   came after one, a retry's timer say, the history no longer fits the code, and the instance would fail again.
 * - What comes for an instance that has failed is dropped. One that had a call or a part under way, or a timer that
 *   has been due since, would wait for it for ever. (A timer that was cancelled looks the same.)
 */
export function canRewind({ instance, history }: Pick<HubRun, "instance" | "history">, now: Date): boolean {
  if (instance.runtimeStatus !== "Failed") return false;
  if (history.some(({ EventType }) => UNDER_WAY.has(EventType))) return false;
  const failed = history.findIndex(({ EventType }) => FAILED_CALLS.has(EventType));
  if (failed >= 0 && history.slice(failed + 1).some(({ EventType }) => !NO_WORK.has(EventType))) return false;
  return !openTimers(history).some((due) => due < now.getTime() + MARGIN_MS);
}

/** In a history as the extension shows it, a call that has ended stands in the event of its end. */
const UNDER_WAY: ReadonlySet<string> = new Set(["TaskScheduled", "SubOrchestrationInstanceCreated"]);
const FAILED_CALLS: ReadonlySet<string> = new Set(["TaskFailed", "SubOrchestrationInstanceFailed"]);
const NO_WORK: ReadonlySet<string> = new Set(["ExecutionCompleted", "GenericEvent", "EventRaised"]);

function openTimers(history: readonly HubEvent[]): number[] {
  const dues = (type: string) =>
    history.filter(({ EventType }) => EventType === type).map(({ FireAt }) => Date.parse(String(FireAt)));
  const fired = dues("TimerFired");
  return dues("TimerCreated").filter((due) => {
    const at = fired.indexOf(due);
    if (at >= 0) fired.splice(at, 1);
    return at < 0;
  });
}

/**
 * Starts the instance again under its own id, by today's code: every effect has an idempotency key of this id, so that
 * what was done is found done. Parts that are under way end first: nobody waits for them any more.
 *
 * @throws {UnreadableInput}
 * @throws {PartsUnderWay} and nothing has started: the same call again carries on
 */
export async function restart(
  taskHub: TaskHub,
  run: HubRun,
  nextInputs: NextInputs,
): Promise<"accepted" | "refused"> {
  const { instance } = run;
  const input = nextInput(nextInputs, instance.name, run);
  const reason = "The process that it is a part of starts again";
  const { isComplete } = await terminateParts(taskHub, instance.id, reason);
  if (!isComplete) throw new PartsUnderWay(`Not all parts of ${instance.id} have ended yet`);
  return (await taskHub.start(instance.name, instance.id, input)) === "started" ? "accepted" : "refused";
}

function nextInput(nextInputs: NextInputs, orchestration: string, run: FormerRun): object {
  const next = Object.entries(nextInputs).find(
    ([name]) => name.toLowerCase() === orchestration.toLowerCase(),
  )?.[1];
  try {
    const input = next ? next(run) : run.input;
    if (typeof input === "object" && input !== null) return input;
  } catch {
    // The same as an input that is no object.
  }
  throw new UnreadableInput(`The input of this ${orchestration} cannot be read`);
}
