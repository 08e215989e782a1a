import { app } from "@azure/functions";
import { durableClientInput } from "../durable/client/orchestration-client.ts";
import { type HubInstance, type HubRun, taskHub, type TaskHub } from "../durable/task-hub/task-hub.ts";
import { failureMessage } from "../durable/orchestration/failure.ts";
import { isHostFailure, mayBeHostFailure } from "../durable/task-hub/host-failure.ts";
import { processOf } from "../durable/orchestration/instance-id.ts";
import { eventLog, type Log } from "../durable/orchestration/log.ts";
import { isAtLeast } from "../durable/orchestration/version.ts";
import { inParallel } from "../storage/in-parallel.ts";
import type { MailOutbox } from "../services/mail-outbox.ts";
import type { Rescues } from "../storage/rescues.ts";
import { restartWaiting } from "./lost-answers.ts";
import {
  canRewind,
  type NextInputs,
  restart,
  UnreadableInput,
  type RecoveryCommand,
} from "./rewind-or-restart.ts";
import { AT_ONCE, dueTime, TIME_LIMIT_MS } from "./timer-run.ts";
import { patternOf } from "../patterns/patterns.ts";

/** What the rescue needs. */
export interface RescueParts {
  readonly rescues: Rescues;
  readonly mail: MailOutbox;
  /** Receiver of the mail about an instance whose rescue was given up. */
  readonly mailTo: string;
  readonly nextInputs: NextInputs;
  /** Version of the code: `defaultVersion` in host.json. */
  readonly version: string | undefined;
}

/** The result of a run: numbers of instances by outcome. */
export interface RescueReport {
  readonly rewind: number;
  readonly restart: number;
  readonly givenUp: number;
  /** The attempt itself failed; the next one is due later. */
  readonly failed: number;
  /** False if the time limit was reached: the next run continues. */
  readonly isComplete: boolean;
}

const REASON = "Rescue: its worker process died";
const MAX_TRIES = 5;
/**
 * An instance that fails again after a change of the code probably fails because of the change, so another attempt
 * would not help.
 */
const MAX_TRIES_OF_OLDER_VERSIONS = 1;
/** After this many attempts, the instance is restarted. */
const MAX_REWINDS = 2;

/**
 * Continues instances that failed because of the host, not because of their code or their steps, and those that wait for
 * an answer that the host has lost. Parts that have failed are skipped, because their process retries them itself.
 */
export async function rescueFailed(
  hub: TaskHub,
  parts: RescueParts,
  now: Date,
  log: Log,
): Promise<RescueReport> {
  const deadline = performance.now() + TIME_LIMIT_MS;
  const closed = new Set(await Array.fromAsync(parts.rescues.closed()));
  const report = { rewind: 0, restart: 0, givenUp: 0, failed: 0 };
  const count = async (id: string, attempt: Promise<RecoveryCommand | "givenUp" | undefined>) => {
    const end = await attempt.catch((error: unknown) => {
      log.error("rescueFailed", { instanceId: id, reason: failureMessage(error) });
      return "failed" as const;
    });
    if (end) report[end] += 1;
  };
  // In parallel, so that an instance that waits for its parts does not delay the others.
  await inParallel(AT_ONCE, candidatesBefore(deadline, hub, closed), (instance) =>
    count(instance.id, rescue(hub, parts, instance, now)),
  );
  if (performance.now() <= deadline) {
    await restartWaiting(hub, parts, { now, deadline, count });
  }
  if (performance.now() > deadline) return { ...report, isComplete: false };
  await forgetSettled(hub, parts.rescues, closed);
  return { ...report, isComplete: true };
}

/** @param closed ids of instances that are still failed are removed from it */
async function* candidatesBefore(
  deadline: number,
  hub: TaskHub,
  closed: Set<string>,
): AsyncGenerator<HubInstance> {
  for await (const page of hub.pages({ statuses: ["Failed"] })) {
    if (performance.now() > deadline) return;
    for (const instance of page.filter(({ id }) => !closed.delete(id)).filter(mayBeRescued)) {
      if (performance.now() > deadline) return;
      yield instance;
    }
  }
}

const mayBeRescued = ({ id, name, output }: HubInstance) =>
  patternOf(name) !== undefined && processOf(id) === undefined && mayBeHostFailure(output);

async function rescue(
  hub: TaskHub,
  parts: RescueParts,
  instance: HubInstance,
  now: Date,
): Promise<RecoveryCommand | "givenUp" | undefined> {
  const { rescues } = parts;
  const { id, version, output } = instance;
  const isOld = parts.version !== undefined && !isAtLeast(version, parts.version);
  const tried = await rescues.take(id, isOld ? MAX_TRIES_OF_OLDER_VERSIONS : MAX_TRIES, now);
  if (tried.kind === "spent") return giveUp(parts, instance, "It failed again after each attempt");
  if (tried.kind !== "due") return undefined;
  const run = await hub.run(id);
  if (run?.instance.runtimeStatus !== "Failed") return undefined;
  if (!isHostFailure(output, run.history)) {
    await rescues.close(id, "dismissed");
    return undefined;
  }
  const way = tried.number <= MAX_REWINDS && canRewind(run, now) ? "rewind" : "restart";
  try {
    await recover(hub, run, way, parts.nextInputs);
    return way;
  } catch (error) {
    if (error instanceof UnreadableInput) return giveUp(parts, instance, error.message);
    throw error;
  }
}

/** If the command is refused, another process was faster: the next run detects that. */
async function recover(
  hub: TaskHub,
  run: HubRun,
  way: RecoveryCommand,
  nextInputs: NextInputs,
): Promise<void> {
  if (way === "rewind") await hub.command(run.instance.id, "rewind", REASON);
  else await restart(hub, run, nextInputs);
}

/** The mail first: after a crash between the two steps it is sent again. In the other order it might never be sent. */
async function giveUp(
  { rescues, mail, mailTo }: RescueParts,
  { id, updatedAt }: HubInstance,
  why: string,
): Promise<"givenUp"> {
  await mail.send({
    messageId: `rescue-${id}-${updatedAt.toISOString()}`,
    to: mailTo,
    subject: `The process ${id} has failed and could not be rescued`,
    text:
      `Its worker process died. ${why}. Effects that it already had remain. ` +
      `See GET /api/instances/${id}. POST /api/instances/${id}/restart starts it again.`,
  });
  await rescues.close(id, "givenUp");
  return "givenUp";
}

/**
 * Removes the records of instances that continue in another way, for example through the extension's API, or whose id
 * now belongs to another process.
 *
 * @param closed ids that are not among the failed instances
 */
async function forgetSettled(hub: TaskHub, rescues: Rescues, closed: Iterable<string>): Promise<void> {
  for (const id of closed) {
    if ((await hub.instance(id))?.runtimeStatus !== "Failed") await rescues.forget(id);
  }
}

/** Registers the timer; called from the composition root only. */
export function registerRescue(schedule: string, parts: RescueParts): void {
  app.timer("rescueFailedInstances", {
    schedule,
    extraInputs: [durableClientInput],
    async handler(timer, context) {
      const log = eventLog(context);
      const report = await rescueFailed(taskHub(context), parts, dueTime(timer), log);
      const { rewind: rewound, restart: restarted, givenUp, isComplete } = report;
      if (rewound + restarted > 0) log.warn("instancesRescued", { rewound, restarted, isComplete });
      if (givenUp > 0) log.error("rescuesGivenUp", { instances: givenUp });
    },
  });
}
