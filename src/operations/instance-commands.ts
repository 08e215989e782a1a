import { processOf } from "../durable/orchestration/instance-id.ts";
import { isFinal } from "../durable/client/orchestration-client.ts";
import type { HubInstance, InstanceCommand, RuntimeStatus, TaskHub } from "../durable/task-hub/task-hub.ts";
import { terminateWithChildren } from "../durable/task-hub/termination.ts";
import { Problem } from "../http/problem.ts";
import { statusWord } from "../http/resource-status.ts";
import { canRewind, type NextInputs, PartsUnderWay, restart, UnreadableInput } from "./rewind-or-restart.ts";
import { hasParts, patternOf } from "../patterns/patterns.ts";

/** The commands of operators for an instance. */
export type OperatorCommand = InstanceCommand | "restart";

const UNDER_WAY = ["Pending", "Running", "ContinuedAsNew"] as const;

/**
 * The statuses in which each command is valid. In other statuses, the extension's responses are inconsistent (202 to
 * 500).
 */
const ALLOWED: Readonly<Record<OperatorCommand, ReadonlySet<RuntimeStatus>>> = {
  suspend: new Set(UNDER_WAY),
  resume: new Set(["Suspended"]),
  terminate: new Set([...UNDER_WAY, "Suspended"]),
  rewind: new Set(["Failed"]),
  restart: new Set(["Failed", "Terminated", "Canceled"]),
};

export const COMMANDS: readonly OperatorCommand[] = ["suspend", "resume", "terminate", "rewind", "restart"];

/** Commands that continue an instance that ended early. */
export const RECOVERY_COMMANDS: ReadonlySet<OperatorCommand> = new Set(["rewind", "restart"]);

/** @throws {Problem} 404, 409 or 503 */
export async function executeCommand(
  command: OperatorCommand,
  taskHub: TaskHub,
  instance: HubInstance,
  { reason, nextInputs }: { readonly reason: string; readonly nextInputs: NextInputs },
): Promise<void> {
  if (command === "terminate" && mayHaveParts(instance)) return terminateWhole(taskHub, instance, reason);
  if (!ALLOWED[command].has(instance.runtimeStatus)) throw conflict(command, instance);
  const outcome =
    command === "rewind" || command === "restart"
      ? await recover(command, taskHub, instance, { reason, nextInputs })
      : await taskHub.command(instance.id, command, reason);
  if (outcome === "missing") throw new Problem("not-found", "The instance was purged in the meantime");
  // Its status has changed since it was read.
  if (outcome === "refused") throw conflict(command, (await taskHub.instance(instance.id)) ?? instance);
}

/** The status of the instance does not allow this. */
export function conflict(command: string, { runtimeStatus }: HubInstance): Problem {
  const status = statusWord(runtimeStatus);
  return new Problem("conflict", `An instance that is ${status} does not allow ${command}`);
}

/** Whether it may have unfinished sub-orchestrations, or be one. */
function mayHaveParts({ name }: HubInstance): boolean {
  const pattern = patternOf(name);
  return pattern !== undefined && hasParts(pattern);
}

/**
 * An instance that has ended may still have running children, if it was terminated in another way or an earlier call
 * timed out.
 */
async function terminateWhole(taskHub: TaskHub, instance: HubInstance, reason: string): Promise<void> {
  await requireNoProcess(taskHub, instance.id);
  const { asked, isComplete } = await terminateWithChildren(taskHub, instance.id, reason);
  if (!isComplete) throw notEnded("The instance was terminated, but not all of its parts have ended yet");
  if (asked === 0) throw conflict("terminate", instance);
}

const notEnded = (what: string) =>
  new Problem("unavailable", `${what}; repeat the request to continue`, { headers: { "retry-after": "5" } });

/**
 * If only a part is terminated, its process fails as non-deterministic, which its code cannot catch, and its other
 * parts continue. @throws {Problem} 409
 */
async function requireNoProcess(taskHub: TaskHub, id: string): Promise<void> {
  const process = await taskHub.instance(processOf(id) ?? "");
  if (!process || isFinal(process)) return;
  throw new Problem(
    "conflict",
    `This is a part of ${process.id}: terminate that instance, which also ends its parts`,
  );
}

/**
 * A rewind if the command is a rewind and the history allows it, else a restart of the same process.
 *
 * @throws {Problem} 409 or 503
 */
async function recover(
  command: "rewind" | "restart",
  taskHub: TaskHub,
  { id }: HubInstance,
  { reason, nextInputs }: { readonly reason: string; readonly nextInputs: NextInputs },
): Promise<"accepted" | "missing" | "refused"> {
  const process = processOf(id);
  if (process !== undefined) {
    throw new Problem(
      "conflict",
      `This is a part of ${process}: restart that instance, which starts its parts again`,
    );
  }
  const run = await taskHub.run(id);
  if (!run) return "missing";
  if (command === "rewind" && canRewind(run, new Date())) return taskHub.command(id, command, reason);
  try {
    return await restart(taskHub, run, nextInputs);
  } catch (error) {
    if (error instanceof UnreadableInput) throw new Problem("conflict", error.message);
    if (error instanceof PartsUnderWay) throw notEnded(error.message);
    throw error;
  }
}
