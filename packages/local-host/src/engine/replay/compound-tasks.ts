import { ActionType } from "./actions.ts";
import type { Action } from "./actions.ts";
import type { Future } from "./future.ts";
import type { Problems } from "./problems.ts";

/** A task within a Task.any or Task.all, however deep. */
export interface CompoundTask {
  readonly action: Action;
  readonly task: Future;
}

const CONSEQUENCE =
  "If both are one task, the extension runs it a second time, under an id that the orchestrator does not count: " +
  "completions land on other tasks, with wrong results or an instance that waits for ever. Put a task into one " +
  "compound only.";

/**
 * Watches for a task that is in a second Task.any or Task.all. It comes as one more action, which nothing tells from
 * a call that is equal and meant; what the orchestrator does next may tell.
 */
export class CompoundTasks {
  readonly #problems: Problems;
  /** For each compound that was yielded, those of its tasks that take an id. */
  readonly #groups: (readonly CompoundTask[])[] = [];
  #open: CompoundTask[] = [];

  constructor(problems: Problems) {
    this.#problems = problems;
  }

  /** Takes in the tasks of a compound that was started just now. */
  add(tasks: readonly CompoundTask[]): void {
    const group = tasks.filter(({ action }) => takesId(action));
    const before = this.#open.filter(({ task }) => !task.isSettled);
    if (before.length > 0) this.#compare(before, group);
    this.#groups.push(group);
    this.#open = [...before, ...group.filter(({ task }) => !task.isSettled)];
  }

  /** Whether some of the tasks of the last compound have failed: the SDK goes on at once then, the extension not. */
  get hasFailures(): boolean {
    return this.#groups.at(-1)?.some(({ task }) => task.hasFailed) ?? false;
  }

  /** The first task that equals one of an earlier compound, in words. */
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
      // A cancelled one is another than the one that is open.
      if (!open.has(key(action)) || (isTimer && action.isCanceled)) continue;
      const again =
        `${describe(action)} is in Task.any or Task.all while an equal ${isTimer ? "timer" : "call"} of an earlier ` +
        `one is open. ${CONSEQUENCE}`;
      // Nobody means to have two timers for one instant; two equal calls may be meant.
      if (isTimer) this.#problems.report(again);
      else this.#problems.suspect(again);
    }
  }
}

/** Says what a repeated task has led to, once the orchestrator is ahead of the extension. */
export function reusedTask(task: string): string {
  return (
    `${task} is in a second Task.any or Task.all, and the orchestrator has gone on while the extension still waits: ` +
    `they no longer count alike. ${CONSEQUENCE}`
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

/** Equal for one task that is seen twice; whether a timer is cancelled may change in between. */
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
