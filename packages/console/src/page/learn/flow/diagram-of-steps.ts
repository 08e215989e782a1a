import { comparePoints, firstOf, lastOf, type Point, type Step, stateOf } from "../../instance/steps/step.ts";
import { type Diagram, diagramWith, type Edge, OUTSIDE, UNDO } from "./diagram.ts";

/** Of an app without such a diagram: its steps, each one after those that had ended before it began. */
export function diagramOfSteps(steps: readonly Step[]): Diagram | undefined {
  const shown = steps
    .filter(({ kind }) => kind !== "orchestration" && kind !== "timer" && kind !== "lock")
    .sort((a, b) => comparePoints(firstOf(a).start, firstOf(b).start));
  const parallel = parallelOf(shown);
  const undone = undoneBy(shown);
  const edges = new Map<string, Edge>();
  const add = (edge: Edge) => edges.set(JSON.stringify(edge), edge);
  const endsBefore = endsOf(shown);
  for (const step of shown) {
    const before = endsBefore(firstOf(step).start);
    for (const from of before.length === 0 ? [OUTSIDE] : before) {
      if (from !== step.name || !parallel.has(from)) add({ from, to: step.name, label: "" });
    }
  }
  for (const [to, from] of undone) add({ from, to, label: UNDO });
  return diagramWith([...edges.values()]);
}

/** Names of which two steps ran at the same time; in virtual time, those that began at the same time. */
function parallelOf(steps: readonly Step[]): ReadonlySet<string> {
  const last = new Map<string, { readonly start: Point; readonly end: Point | undefined }>();
  const parallel = new Set<string>();
  for (const step of steps) {
    const [{ start }, { end }] = [firstOf(step), lastOf(step)];
    const before = last.get(step.name);
    if (before !== undefined) {
      const isBefore = before.end !== undefined && comparePoints(before.end, start) <= 0;
      if (!isBefore || before.start.time === start.time) parallel.add(step.name);
    }
    const endsLater = before?.end === undefined || end === undefined || comparePoints(before.end, end) < 0;
    if (before === undefined || (before.end !== undefined && endsLater)) last.set(step.name, { start, end });
  }
  return parallel;
}

/** The names of the steps that ended last before a time: more than one if they ran at the same time. */
function endsOf(steps: readonly Step[]): (time: Point) => readonly string[] {
  const ended = steps
    .flatMap((step) => {
      const { end } = lastOf(step);
      return end === undefined ? [] : [{ name: step.name, start: firstOf(step).start, end }];
    })
    .sort((a, b) => comparePoints(a.end, b.end));
  const known = new Map<number, readonly string[]>();
  return (time) => {
    let [low, high] = [0, ended.length];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (comparePoints(ended[middle]?.end ?? time, time) <= 0) low = middle + 1;
      else high = middle;
    }
    const last = ended[low - 1];
    if (last === undefined) return [];
    const names = known.get(low) ?? [
      ...new Set([
        last.name,
        ...ended
          .slice(0, low)
          .filter(({ end }) => comparePoints(end, last.start) > 0)
          .map(({ name }) => name),
      ]),
    ];
    known.set(low, names);
    return names;
  };
}

/** Verbs of functions that undo what another one did. */
const UNDOING = new Set(
  "cancel refund release undo revert rollback compensate withdraw void unbook unreserve".split(" "),
);

/**
 * What undoes what, by name, because no history tells it: after a failure, `releaseStock` undoes `reserveStock`.
 *
 * @returns the steps, by the names of what undoes them
 */
function undoneBy(steps: readonly Step[]): ReadonlyMap<string, string> {
  const undone = new Map<string, string>();
  const done = new Map<string, string>();
  let hasFailed = false;
  for (const step of steps) {
    const [verb = "", ...others] = step.name.split(/(?<=[a-z\d])(?=[A-Z])|[^a-zA-Z\d]+/);
    const subject = others.join("").toLowerCase();
    const other = done.get(subject);
    if (!UNDOING.has(verb.toLowerCase())) {
      done.set(subject, step.name).set(verb.toLowerCase() + subject, step.name);
    } else if (hasFailed && other !== undefined) undone.set(step.name, other);
    hasFailed ||= stateOf(step) === "failed";
  }
  return undone;
}
