import { isFinal } from "../durable/client/orchestration-client.ts";
import { processOf } from "../durable/orchestration/instance-id.ts";
import type { HubInstance, TaskHub } from "../durable/task-hub/task-hub.ts";
import { openChildren } from "../durable/task-hub/termination.ts";
import { hasParts, ORCHESTRATION_PATTERNS } from "../patterns/patterns.ts";
import type { Rescues } from "../storage/rescues.ts";
import { type NextInputs, requireInput, restart } from "./rewind-or-restart.ts";

/** Longer than an answer takes, also one that a host had received when it was killed. */
const ANSWER_LOST_AFTER_MS = 10 * 60_000;

const LOST_ANSWER = "Rescue: the answer of a part was lost, so the process starts again";

/** A run of the rescue. */
interface Run {
  readonly now: Date;
  /** On the clock of `performance`. */
  readonly deadline: number;
  /** Waits for the end of an attempt, and counts it. */
  count(id: string, attempt: Promise<"restart" | undefined>): Promise<void>;
}

interface Parts {
  readonly rescues: Rescues;
  readonly nextInputs: NextInputs;
}

/**
 * Starts processes again that wait for an answer which was lost. It takes three runs: one notes it, the next one ends the
 * process, and the one after that starts it.
 */
export async function restartWaiting(hub: TaskHub, parts: Parts, run: Run): Promise<void> {
  // First, because nothing else would start them: the time may end with the list of those that wait.
  for await (const id of parts.rescues.restarting()) await run.count(id, startEnded(hub, parts, id));
  for await (const id of processesWithLostAnswers(hub, run)) {
    await run.count(id, noteOrEnd(hub, parts, id, run.now));
  }
}

/** Not in the first run that sees it: after a long pause of the app, the answer may only be late. */
async function noteOrEnd(
  hub: TaskHub,
  { rescues, nextInputs }: Parts,
  id: string,
  now: Date,
): Promise<undefined> {
  if (!(await rescues.noteWaiting(id, now))) return;
  const run = await hub.run(id);
  if (!run) return;
  // What could not be started again is not ended.
  requireInput(nextInputs, run);
  // First, because a process that has ended is found only by this record.
  await rescues.beginRestart(id);
  await hub.command(id, "terminate", LOST_ANSWER);
}

/** Only if the rescue has ended it: an operator may have been faster, or the process has ended by itself. */
async function startEnded(
  hub: TaskHub,
  { rescues, nextInputs }: Parts,
  id: string,
): Promise<"restart" | undefined> {
  const run = await hub.run(id);
  // Its end may still be on the way, also if the answer has arrived since.
  if (run && !isFinal(run.instance)) return undefined;
  const isEndedByRescue = run?.instance.runtimeStatus === "Terminated" && run.instance.output === LOST_ANSWER;
  const outcome = isEndedByRescue ? await restart(hub, run, nextInputs) : undefined;
  await rescues.endRestart(id);
  return outcome === "accepted" ? "restart" : undefined;
}

/**
 * The processes that wait for a part that has ended, or have such a part themselves.
 *
 * On Azure Storage, the messages of an instance are sent before its history is written. If the host dies in between, the
 * instance may begin again as another execution. A part that the first execution has started answers that one, and the
 * extension ignores the answer.
 */
async function* processesWithLostAnswers(hub: TaskHub, { now, deadline }: Run): AsyncGenerator<string> {
  const before = new Date(now.getTime() - ANSWER_LOST_AFTER_MS);
  const found = new Set<string>();
  for (const { idPrefix } of ORCHESTRATION_PATTERNS.filter(hasParts)) {
    // By no time of creation, which the task hub may have lost.
    for await (const page of hub.pages({ idPrefix, statuses: ["Running"] })) {
      if (performance.now() > deadline) return;
      for (const instance of page) {
        if (performance.now() > deadline) return;
        const process = processOf(instance.id) ?? instance.id;
        if (found.has(process) || !(await waitsForEndedPart(hub, instance, before))) continue;
        // An operator may have suspended the process, or ended it without its parts.
        if ((await hub.instance(process))?.runtimeStatus !== "Running") continue;
        found.add(process);
        yield process;
      }
    }
  }
}

async function waitsForEndedPart(
  hub: TaskHub,
  { id, updatedAt }: HubInstance,
  before: Date,
): Promise<boolean> {
  if (updatedAt > before) return false;
  for (const child of await openChildren(hub, id)) {
    const part = await hub.instance(child);
    if (part && isFinal(part) && part.updatedAt < before) return true;
  }
  return false;
}
