import type { InstanceStatus } from "../../../api/management-api.ts";
import { stepsOf } from "../steps/read-steps.ts";
import { firstOf, lastOf, stateOf, type Step } from "../steps/step.ts";

/** What is known of a child that was opened; nothing yet if both are missing. */
export interface ChildHistory {
  readonly instance?: InstanceStatus;
  readonly error?: string;
}

export interface TimelineRow {
  /** Stays the same while the history grows. */
  readonly key: string;
  readonly depth: number;
  readonly step: Step;
  /** Of a step that starts a child whose steps can be shown below it. */
  readonly child?: {
    readonly id: string;
    /** Its id without the beginning that it has from its parent. */
    readonly title: string;
    readonly isOpen: boolean;
    /** Whether it had not ended when its parent did. */
    readonly isOrphan: boolean;
  };
  /** Instead of a child's steps. */
  readonly note?: string;
}

/** The ids of children that had not ended when their parents did. They go on by themselves. */
export function orphansOf(rows: readonly TimelineRow[]): readonly string[] {
  return rows.flatMap(({ child }) => (child?.isOrphan === true ? [child.id] : []));
}

export const ROW_HEIGHT = 30;
const DEEPEST = 10;

/** No instance's id begins with it. */
const GENERATION = "\ngeneration ";

export const isGeneration = (id: string) => id.startsWith(GENERATION);

/**
 * The steps of an instance, and below those that start an open child the child's.
 *
 * @param earlier its generations before it continued as new, which open like children
 */
export function rowsOf(
  instance: InstanceStatus,
  opened: ReadonlySet<string>,
  children: ReadonlyMap<string, ChildHistory>,
  earlier: readonly InstanceStatus[] = [],
): readonly TimelineRow[] {
  const rows: TimelineRow[] = [];
  const add = (steps: readonly Step[], path: string, ancestors: readonly string[]) => {
    const keyOf = uniqueKeys(path);
    for (const step of steps) {
      const key = keyOf(step);
      const depth = ancestors.length - (step.kind === "orchestration" ? 1 : 0);
      const id = childOf(step, ancestors);
      if (id === undefined) {
        rows.push({ key, depth, step });
        continue;
      }
      const isOpen = opened.has(id);
      const child = children.get(id) ?? {};
      const title = titleOf(id, ancestors.at(-1) ?? "");
      const isOrphan = stateOf(step) === "dropped";
      const [itself, ...within] = child.instance === undefined ? [] : stepsWithin(child.instance, step);
      rows.push({
        key,
        depth,
        step: isOrphan && itself !== undefined ? withEndOf(step, itself) : step,
        child: { id, title, isOpen, isOrphan },
        ...(isOpen && noteOf(child)),
      });
      if (isOpen) add(within, key, [...ancestors, id]);
    }
  };
  for (const [at, generation] of earlier.entries()) {
    const [itself, ...steps] = cachedSteps(generation, [at - earlier.length]);
    if (itself === undefined) continue;
    const id = GENERATION + firstOf(itself).start.time;
    const isOpen = opened.has(id);
    rows.push({
      key: id,
      depth: 0,
      step: { ...itself, name: "Earlier generation" },
      child: { id, title: "", isOpen, isOrphan: false },
    });
    if (isOpen) add(steps, id, [instance.instanceId]);
  }
  add(cachedSteps(instance, []), "", [instance.instanceId]);
  return rows;
}

/** The child that a step starts, if it can be shown. */
function childOf(step: Step, ancestors: readonly string[]): string | undefined {
  const id = step.kind === "child" ? lastOf(step).childId : undefined;
  return id === undefined || ancestors.includes(id) || ancestors.length > DEEPEST ? undefined : id;
}

/** A parent's end does not end its child, and the parent's history does not tell how the child ended. */
function withEndOf(step: Step, child: Step): Step {
  const last = lastOf(step);
  const { end, state } = firstOf(child);
  const own = {
    ...last,
    state,
    end: end && { time: Math.max(end.time, last.start.time), order: (last.end ?? last.start).order },
  };
  return { ...step, attempts: [...step.attempts.slice(0, -1), own] as unknown as Step["attempts"] };
}

const titleOf = (id: string, parent: string) => (id.startsWith(parent) ? id.slice(parent.length) : id);

function noteOf({ instance, error }: ChildHistory): { readonly note?: string } {
  if (error !== undefined) return { note: error };
  return instance === undefined ? { note: "Loading …" } : {};
}

function uniqueKeys(path: string): (step: Step) => string {
  const counts = new Map<string, number>();
  return (step) => {
    const name = `${path}/${step.kind} ${step.name} ${firstOf(step).start.time}`;
    const count = counts.get(name) ?? 0;
    counts.set(name, count + 1);
    return `${name} ${count}`;
  };
}

/** The child's own step, which its parent's shows, and its steps. */
function stepsWithin(child: InstanceStatus, step: Step): readonly Step[] {
  const { start, end } = lastOf(step);
  const order = (end ?? start).order;
  const within = [...order.slice(0, -1), (order.at(-1) ?? 0) + (end === undefined ? 0.5 : -0.5)];
  return cachedSteps(child, within);
}

const cache = new WeakMap<InstanceStatus, { readonly within: string; readonly steps: readonly Step[] }>();

function cachedSteps(instance: InstanceStatus, within: readonly number[]): readonly Step[] {
  const cached = cache.get(instance);
  if (cached?.within === String(within)) return cached.steps;
  const steps = stepsOf(instance, within);
  cache.set(instance, { within: String(within), steps });
  return steps;
}
