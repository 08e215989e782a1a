import type { FormerRun, NextInput } from "../durable/task-hub/former-run.ts";
import type { HubEvent, HubRun, TaskHub } from "../durable/task-hub/task-hub.ts";
import { terminateParts } from "../durable/task-hub/termination.ts";

/** The ways to continue an instance that ended early. */
export type RecoveryCommand = "rewind" | "restart";

/** By orchestration; others restart with their former input. */
export type NextInputs = Readonly<Record<string, NextInput>>;

/** The former input is not usable: it cannot be read, or this app did not start the instance. */
export class UnreadableInput extends Error {}

/** Parts of the former run did not end in time. The new run would start parts with the same ids. */
export class PartsUnderWay extends Error {}

/** A timer that is due within this time may fire before a rewind takes effect. */
const MARGIN_MS = 60_000;

/**
 * Whether a rewind is safe. It keeps the results of an instance, but not every history allows it:
 *
 * - It removes all failed calls, even those that the code has already handled, and runs them again. If anything follows
 *   such a call, for example a retry's timer, the history no longer matches the code, and the instance would fail again.
 * - Events for a failed instance are lost. If it had a running call or part, or a timer that has become due since, it
 *   would wait forever. (A timer that was cancelled looks the same.)
 */
export function canRewind({ instance, history }: Pick<HubRun, "instance" | "history">, now: Date): boolean {
  if (instance.runtimeStatus !== "Failed") return false;
  if (history.some(({ EventType }) => UNDER_WAY.has(EventType))) return false;
  const failed = history.findIndex(({ EventType }) => FAILED_CALLS.has(EventType));
  if (failed >= 0 && history.slice(failed + 1).some(({ EventType }) => !NO_WORK.has(EventType))) return false;
  return !openTimers(history).some((due) => due < now.getTime() + MARGIN_MS);
}

/** The extension shows a completed call only in its completion event. */
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
 * Starts the instance again with the same id and the current code. Every effect has an idempotency key with this id, so
 * no effect happens twice. Running parts are terminated first, because nothing waits for them any more.
 *
 * @throws {UnreadableInput}
 * @throws {PartsUnderWay} and starts nothing: repeat the call to continue
 */
export async function restart(
  taskHub: TaskHub,
  run: HubRun,
  nextInputs: NextInputs,
): Promise<"accepted" | "refused"> {
  const { instance } = run;
  const input = nextInput(nextInputs, instance.name, run);
  const reason = "The process of this part starts again";
  const { isComplete } = await terminateParts(taskHub, instance.id, reason);
  if (!isComplete) throw new PartsUnderWay(`Not all parts of ${instance.id} have ended yet`);
  return (await taskHub.start(instance.name, instance.id, input)) === "started" ? "accepted" : "refused";
}

/** @throws {UnreadableInput} if the instance could not be started again */
export function requireInput(nextInputs: NextInputs, run: HubRun): void {
  nextInput(nextInputs, run.instance.name, run);
}

function nextInput(nextInputs: NextInputs, orchestration: string, run: FormerRun): object {
  const next = Object.entries(nextInputs).find(
    ([name]) => name.toLowerCase() === orchestration.toLowerCase(),
  )?.[1];
  try {
    const input = next ? next(run) : run.input;
    if (typeof input === "object" && input !== null) return input;
  } catch {
    // Handled like an input that is not an object.
  }
  throw new UnreadableInput(`The input of this ${orchestration} cannot be read`);
}
