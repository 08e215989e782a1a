import { processOf } from "../durable/instance-id.ts";
import { isFinal } from "../durable/orchestration-client.ts";
import type { HubInstance, InstanceCommand, RuntimeStatus, TaskHub } from "../durable/task-hub.ts";
import { terminateWithChildren } from "../durable/termination.ts";
import { Problem } from "../http/problem.ts";
import { statusWord } from "../http/resource.ts";
import { patternOf } from "./patterns.ts";

const UNDER_WAY = ["Pending", "Running", "ContinuedAsNew"] as const;

/** The statuses in which each command makes sense; in others the extension answers anything from 202 to 500. */
const ALLOWED: Readonly<Record<InstanceCommand, ReadonlySet<RuntimeStatus>>> = {
  suspend: new Set(UNDER_WAY),
  resume: new Set(["Suspended"]),
  terminate: new Set([...UNDER_WAY, "Suspended"]),
  rewind: new Set(["Failed"]),
};

export const COMMANDS: readonly InstanceCommand[] = ["suspend", "resume", "terminate", "rewind"];

/** @throws {Problem} 404, 409 or 503 */
export async function carryOut(
  command: InstanceCommand,
  taskHub: TaskHub,
  instance: HubInstance,
  reason: string,
): Promise<void> {
  if (command === "terminate" && hasParts(instance)) return terminateWhole(taskHub, instance, reason);
  if (!ALLOWED[command].has(instance.runtimeStatus)) throw conflict(command, instance);
  if (command === "rewind") await requireRewindable(taskHub, instance.id);
  const outcome = await taskHub.command(instance.id, command, reason);
  if (outcome === "missing") throw new Problem("not-found", "The instance has been purged meanwhile");
  if (outcome === "refused") throw conflict(command, instance);
}

/** The instance is in a status in which it cannot be asked to do this. */
export function conflict(command: string, { runtimeStatus }: HubInstance): Problem {
  const status = statusWord(runtimeStatus);
  return new Problem("conflict", `An instance that is ${status} cannot be asked to ${command}`);
}

/** Whether it may have sub-orchestrations under way, or be one. */
const hasParts = ({ name }: HubInstance) => (patternOf(name)?.orchestrations.length ?? 0) > 1;

/** Of one that has ended, children may be left: it was terminated by another way, or an earlier call gave up. */
async function terminateWhole(taskHub: TaskHub, instance: HubInstance, reason: string): Promise<void> {
  await requireNoProcess(taskHub, instance.id);
  const { asked, isComplete } = await terminateWithChildren(taskHub, instance.id, reason);
  if (!isComplete) {
    const detail =
      "It has been asked to end, but not all of it has ended yet; the same call again carries on";
    throw new Problem("unavailable", detail, { headers: { "retry-after": "5" } });
  }
  if (asked === 0) throw conflict("terminate", instance);
}

/**
 * A process that loses a part to a termination fails where no code of its own can catch it: as non-deterministic,
 * with its other parts still under way. @throws {Problem} 409
 */
async function requireNoProcess(taskHub: TaskHub, id: string): Promise<void> {
  const process = await taskHub.instance(processOf(id) ?? "");
  if (!process || isFinal(process)) return;
  throw new Problem(
    "conflict",
    `This is a part of ${process.id}: terminate that one, and its parts end with it`,
  );
}

/**
 * A rewind takes failed calls back and leaves timers, those between the retries of such a call included: its history
 * would no longer fit the code, and the instance would fail again as non-deterministic. Without a failed call there
 * is nothing that it takes back: such an instance, lost with the process that ran it, simply goes on.
 *
 * @throws {Problem} 409
 */
async function requireRewindable(taskHub: TaskHub, id: string): Promise<void> {
  const history = await taskHub.history(id);
  const has = (...types: readonly string[]) => history.some(({ EventType }) => types.includes(EventType));
  if (!has("TaskFailed", "SubOrchestrationInstanceFailed")) return;
  if (!has("TimerCreated", "TimerFired")) return;
  throw new Problem(
    "conflict",
    "An instance with a failed call and timers, those between retries included, cannot be rewound: purge it, then start it anew",
  );
}
