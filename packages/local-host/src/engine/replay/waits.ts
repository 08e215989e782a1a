import type { Wait, WaitKind } from "../../stores/instance.ts";
import { ActionType } from "./actions.ts";
import type { Action } from "./actions.ts";
import type { CompoundTask } from "./compound-tasks.ts";

/** What an orchestrator waits for at the end of an episode; the record adds since when. */
export type OpenWait = Omit<Wait, "since">;

/** Of different names; a fan-out has one wait for all tasks of a name. */
const MAX_WAITS = 20;

/**
 * The open tasks of the action that the orchestrator has yielded.
 *
 * @param tasks those of its compounds, each compound behind its own tasks
 */
export function waitsOf(action: Action, tasks: readonly CompoundTask[]): readonly OpenWait[] {
  const waits = new Map<string, OpenWait>();
  gather(action, tasks.values(), waits);
  return [...waits.values()].slice(0, MAX_WAITS);
}

function gather(action: Action, tasks: Iterator<CompoundTask>, waits: Map<string, OpenWait>): void {
  if (!("compoundActions" in action)) return add(waits, waitFor(action));
  for (const part of action.compoundActions) {
    const inner = new Map<string, OpenWait>();
    if ("compoundActions" in part) gather(part, tasks, inner);
    if (tasks.next().value?.task.isSettled !== false) continue;
    if ("compoundActions" in part) for (const wait of inner.values()) add(waits, wait);
    else add(waits, waitFor(part));
  }
}

function add(waits: Map<string, OpenWait>, wait: OpenWait | undefined): void {
  if (wait === undefined) return;
  const key = `${wait.kind} ${wait.name}`;
  const known = waits.get(key);
  if (known === undefined) waits.set(key, wait);
  else waits.set(key, { ...known, count: known.count + wait.count, ...earlier(known.due, wait.due) });
}

const earlier = (a: number | undefined, b: number | undefined) =>
  a === undefined || b === undefined ? {} : { due: Math.min(a, b) };

function waitFor(action: Action): OpenWait | undefined {
  const wait = (kind: WaitKind, name: string): OpenWait => ({ kind, name, count: 1 });
  switch (action.actionType) {
    case ActionType.CallActivity:
    case ActionType.CallActivityWithRetry:
      return wait("activity", action.functionName);
    case ActionType.CallSubOrchestrator:
    case ActionType.CallSubOrchestratorWithRetry:
      return wait("child", action.functionName);
    case ActionType.WaitForExternalEvent:
      return wait("event", action.externalEventName);
    case ActionType.CreateTimer:
      return { ...wait("timer", ""), due: Date.parse(action.fireAt) };
    case ActionType.CallEntity:
      return wait("entity", `${action.operation} of ${action.instanceId}`);
    case ActionType.LockEntities:
      return wait("lock", action.lockSet.map(({ name, key }) => `@${name}@${key}`).join(", "));
    case ActionType.CallHttp:
      // Without the query, which may have a key.
      return wait("http", `${action.httpRequest.method} ${action.httpRequest.uri.split("?")[0]}`);
    default:
      return undefined;
  }
}
