import type { Wait, WaitKind } from "../../stores/instance.ts";
import { ActionType } from "./actions.ts";
import type { Action, HttpRequest } from "./actions.ts";
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
  const waits = new Waits();
  gather(action, tasks.values(), waits);
  return waits.list.slice(0, MAX_WAITS);
}

function gather(action: Action, tasks: Iterator<CompoundTask>, waits: Waits): void {
  if (!("compoundActions" in action)) return addTo(waits, action);
  for (const part of action.compoundActions) {
    const inner = "compoundActions" in part ? new Waits() : undefined;
    if (inner) gather(part, tasks, inner);
    if (tasks.next().value?.task.isSettled !== false) continue;
    if (inner) for (const { kind, name, count, due } of inner.list) waits.add(kind, name, due, count);
    else addTo(waits, part);
  }
}

type Counted = { -readonly [Key in keyof OpenWait]: OpenWait[Key] };

/** Counts by kind and name without a new object for each task: after each episode of a fan-out it counts them all. */
class Waits {
  readonly list: Counted[] = [];
  readonly #known = new Map<WaitKind, Map<string, Counted>>();

  add(kind: WaitKind, name: string, due?: number, count = 1): void {
    let names = this.#known.get(kind);
    if (names === undefined) this.#known.set(kind, (names = new Map()));
    const known = names.get(name);
    if (known === undefined) {
      const wait = { kind, name, count, ...(due !== undefined && { due }) };
      names.set(name, wait);
      this.list.push(wait);
    } else {
      known.count += count;
      if (due !== undefined) known.due = Math.min(due, known.due ?? due);
    }
  }
}

function addTo(waits: Waits, action: Action): void {
  switch (action.actionType) {
    case ActionType.CallActivity:
    case ActionType.CallActivityWithRetry:
      return waits.add("activity", action.functionName);
    case ActionType.CallSubOrchestrator:
    case ActionType.CallSubOrchestratorWithRetry:
      return waits.add("child", action.functionName);
    case ActionType.WaitForExternalEvent:
      return waits.add("event", action.externalEventName);
    case ActionType.CreateTimer:
      return waits.add("timer", "", Date.parse(action.fireAt));
    case ActionType.CallEntity:
      return waits.add("entity", `${action.operation} of ${action.instanceId}`);
    case ActionType.LockEntities:
      return waits.add("lock", action.lockSet.map(({ name, key }) => `@${name}@${key}`).join(", "));
    case ActionType.CallHttp:
      // Without the query, which may have a key.
      return waits.add("http", addressOf(action));
    default:
      return undefined;
  }
}

/** An app that does not use the SDK may send none. */
function addressOf({ httpRequest }: { readonly httpRequest?: Partial<HttpRequest> }): string {
  return `${httpRequest?.method ?? ""} ${httpRequest?.uri?.split("?")[0] ?? ""}`.trim();
}
