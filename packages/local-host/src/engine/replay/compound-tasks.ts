import { ActionType } from "./actions.ts";
import type { Action } from "./actions.ts";
import type { Future } from "./future.ts";
import type { Problems } from "./problems.ts";

/** A task within a Task.any or Task.all, at any depth. */
export interface CompoundTask {
  readonly action: Action;
  readonly task: Future;
}

const CONSEQUENCE =
  "If both are the same task, the extension runs it a second time, with an id that the orchestrator does not count: " +
  "completions go to the wrong tasks, with wrong results or an instance that waits forever. Put a task into one " +
  "compound only.";

/**
 * Detects a task that is used in a second Task.any or Task.all. It appears as an additional action, exactly like an
 * intended second call. Only the next actions of the orchestrator may show the difference.
 */
export class CompoundTasks {
  readonly #problems: Problems;
  /** For each compound that was yielded, its tasks that use an id. */
  readonly #groups: (readonly CompoundTask[])[] = [];
  #open: CompoundTask[] = [];

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** Adds the tasks of a compound that was just started. */
  add(tasks: readonly CompoundTask[]): void {
    const group = tasks.filter(({ action }) => takesId(action));
    const before = this.#open.filter(({ task }) => !task.isSettled);
    if (before.length > 0) this.#compare(before, group);
    this.#groups.push(group);
    this.#open = [...before, ...group.filter(({ task }) => !task.isSettled)];
  }

  /** Whether a task of the last compound has failed. The SDK then continues immediately, the extension does not. */
  get hasFailures(): boolean {
    return this.#groups.at(-1)?.some(({ task }) => task.hasFailed) ?? false;
  }

  /** A description of the first task that equals one of an earlier compound. */
  get repeated(): string | undefined {
    const seen = new Set<string>();
    for (const group of this.#groups) {
      const again = group.find(({ action }) => seen.has(key(action)));
      if (again !== undefined) return describe(again.action);
      for (const { action } of group) seen.add(key(action));
    }
    return undefined;
  }

  #compare(before: readonly CompoundTask[], group: readonly CompoundTask[]): void {
    const open = new Set(before.map(({ action }) => key(action)));
    for (const { action } of group) {
      const isTimer = action.actionType === ActionType.CreateTimer;
      // A cancelled timer is not the one that is open.
      if (!open.has(key(action)) || (isTimer && action.isCanceled)) continue;
      const again =
        `${describe(action)} is in Task.any or Task.all while an equal ${isTimer ? "timer" : "call"} of an earlier ` +
        `one is open. ${CONSEQUENCE}`;
      // Two timers for one instant make no sense; two equal calls may be intended.
      if (isTimer) this.#problems.report(again);
      else this.#problems.suspect(again);
    }
  }
}

/** Describes the effect of a repeated task, once the orchestrator is ahead of the extension. */
export function reusedTask(task: string): string {
  return (
    `${task} is in a second Task.any or Task.all, and the orchestrator has continued while the extension still waits: ` +
    `they count their tasks differently. ${CONSEQUENCE}`
  );
}

function takesId(action: Action): boolean {
  return (
    "functionName" in action ||
    action.actionType === ActionType.CreateTimer ||
    action.actionType === ActionType.CallEntity ||
    action.actionType === ActionType.CallHttp
  );
}

/** Equal if the same task is used twice; a timer may be cancelled in between. */
function key(action: Action): string {
  return action.actionType === ActionType.CreateTimer ? action.fireAt : JSON.stringify(action);
}

function describe(action: Action): string {
  if ("functionName" in action) return `A call of '${action.functionName}'`;
  if (action.actionType === ActionType.CreateTimer) return `A timer for ${action.fireAt}`;
  if (action.actionType === ActionType.CallEntity) return `A call of '${action.operation}'`;
  if (action.actionType === ActionType.CallHttp) return `An HTTP call of ${action.httpRequest.uri}`;
  return "A task";
}
