import type { Wait, WaitKind } from "../../../api/local-host-extras.ts";
import { isEnded } from "../../parts/statuses.ts";
import { type KnownInstance, stepsOf } from "./read-steps.ts";
import { lastOf, type Step, stateOf } from "./step.ts";

export type OpenWait = Pick<Wait, "kind" | "name" | "count" | "due">;

const KINDS: Readonly<Partial<Record<Step["kind"], WaitKind>>> = {
  activity: "activity",
  child: "child",
  timer: "timer",
  entity: "entity",
  lock: "lock",
};

/**
 * What an instance waits for: as the host says it, or else what its history has as begun and not ended. A history does
 * not tell which events are awaited.
 */
export function openWaitsOf(instance: KnownInstance): readonly OpenWait[] {
  if (isEnded(instance.runtimeStatus)) return [];
  if (instance.waits !== undefined) return instance.waits;
  const waits = new Map<string, OpenWait>();
  for (const step of stepsOf(instance)) {
    const kind = KINDS[step.kind];
    if (kind === undefined || stateOf(step) !== "open") continue;
    const name = kind === "timer" ? "" : [step.name, step.entity ?? ""].join(" ").trim();
    const known = waits.get(`${kind} ${name}`);
    const due = Math.min(dueOf(known?.due), lastOf(step).due ?? Number.POSITIVE_INFINITY);
    waits.set(`${kind} ${name}`, {
      kind,
      name,
      count: (known?.count ?? 0) + 1,
      ...(Number.isFinite(due) && { due: new Date(due).toISOString() }),
    });
  }
  return [...waits.values()];
}

const dueOf = (text: string | undefined) =>
  text === undefined ? Number.POSITIVE_INFINITY : Date.parse(text);
