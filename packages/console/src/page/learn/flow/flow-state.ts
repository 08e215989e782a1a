import type { InstanceStatus } from "../../../api/management-api.ts";
import { comparePoints, lastOf, type Step, stateOf } from "../../instance/steps/step.ts";
import { outcomeOf } from "../../parts/outcome.ts";
import { isEnded } from "../../parts/statuses.ts";
import { type Diagram, UNDO } from "./diagram.ts";

/** `other`: it has ended, but not as it was wished. `waiting`: the last step has ended, and the instance has not. */
export type NodeState = "ahead" | "running" | "waiting" | "done" | "other" | "failed" | "undone";

export interface FlowNode {
  readonly state: NodeState;
  /** The outcome, if it is not as it was wished. */
  readonly word?: string;
  /** How many steps of this name there were. */
  readonly count: number;
  /** Attempts that failed, of all of them. */
  readonly failures: number;
}

/** What an instance has done of a diagram: its nodes are found by the names of the steps, ends by the output's kind. */
export function flowOf(
  diagram: Diagram,
  instance: InstanceStatus,
  steps: readonly Step[],
): ReadonlyMap<string, FlowNode> {
  const flow = new Map<string, FlowNode>();
  for (const name of diagram.nodes) {
    flow.set(name, nodeOf(steps.filter((step) => step.name === name && step.kind !== "orchestration")));
  }
  const change = (name: string, state: NodeState) => {
    const node = flow.get(name);
    if (node !== undefined) flow.set(name, { ...node, state });
  };
  const undoing = diagram.edges.filter(({ to, label }) => label === UNDO && isOver(flow.get(to)));
  for (const { from } of undoing) if (flow.get(from)?.state === "done") change(from, "undone");
  const now = isEnded(instance.runtimeStatus) ? undefined : restingIn(diagram, steps, flow);
  // After a failed attempt it waits for the next one.
  if (now !== undefined) change(now, flow.get(now)?.state === "failed" ? "running" : "waiting");
  const outcome = endOf(instance);
  if (outcome !== undefined && flow.get(outcome.word)?.state === "ahead") {
    change(outcome.word, outcome.tone === "wished" ? "done" : "other");
  }
  return flow;
}

const isOver = (node: FlowNode | undefined) => node?.state === "done" || node?.state === "other";

/** Diagrams name their ends like the kinds of the output. */
const endOf = ({ runtimeStatus, output }: InstanceStatus) =>
  isEnded(runtimeStatus) ? outcomeOf(output) : undefined;

/** The step that ended last, if none runs. */
function restingIn(
  { nodes }: Diagram,
  steps: readonly Step[],
  flow: ReadonlyMap<string, FlowNode>,
): string | undefined {
  if ([...flow.values()].some(({ state }) => state === "running")) return undefined;
  const known = steps.filter(({ name, kind }) => kind !== "orchestration" && nodes.includes(name));
  return known.toSorted((a, b) => comparePoints(lastOf(a).start, lastOf(b).start)).at(-1)?.name;
}

function nodeOf(steps: readonly Step[]): FlowNode {
  const failures = steps.reduce(
    (sum, { attempts }) => sum + attempts.filter(({ state }) => state === "failed").length,
    0,
  );
  const known = { count: steps.length, failures };
  const states = steps.map(stateOf);
  if (states.length === 0) return { ...known, state: "ahead" };
  if (states.includes("open")) return { ...known, state: "running" };
  if (states.at(-1) === "failed") return { ...known, state: "failed" };
  const { tone = "wished", word = "" } = steps.at(-1)?.outcome ?? {};
  return tone === "wished" ? { ...known, state: "done" } : { ...known, state: "other", word };
}
