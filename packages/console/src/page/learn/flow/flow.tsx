import { useId, useMemo } from "preact/hooks";
import type { InstanceStatus } from "../../../api/management-api.ts";
import { stepsOf } from "../../instance/steps/read-steps.ts";
import { visible } from "../../parts/text.tsx";
import type { Diagram } from "./diagram.ts";
import { diagramOfSteps } from "./diagram-of-steps.ts";
import { type FlowNode, flowOf, type NodeState } from "./flow-state.ts";
import { layoutOf, NODE_HEIGHT, type PlacedEdge, type PlacedNode, shownName } from "./layout.ts";

interface FlowProps {
  /** Without one, the steps that the instance has had are drawn. */
  readonly diagram: Diagram | undefined;
  /** Without one, nothing is lit. */
  readonly instance: InstanceStatus | undefined;
}

const NOTHING: ReadonlyMap<string, FlowNode> = new Map();

/** A pattern's diagram, in which the steps of an instance light up. */
export function Flow({ diagram: given, instance }: FlowProps) {
  const arrow = useId();
  const steps = useMemo(() => (instance === undefined ? [] : stepsOf(instance)), [instance]);
  const diagram = useMemo(() => given ?? diagramOfSteps(steps), [given, given ? undefined : steps]);
  const layout = useMemo(() => diagram && layoutOf(diagram), [diagram]);
  if (diagram === undefined || layout === undefined) return <p class="none">No step has begun yet.</p>;
  const flow = instance === undefined ? NOTHING : flowOf(diagram, instance, steps);
  const { left, width, height } = layout;
  return (
    <div class="flow" tabIndex={0} role="region" aria-label="Diagram">
      <svg
        width={width}
        height={height}
        viewBox={`${left} 0 ${width} ${height}`}
        role="img"
        aria-label={wordsOf(flow)}
      >
        <defs>
          <marker
            id={arrow}
            viewBox="0 0 8 8"
            refX="7"
            refY="4"
            markerUnits="userSpaceOnUse"
            markerWidth="8"
            markerHeight="8"
            orient="auto"
          >
            <path d="M0 0 8 4 0 8z" />
          </marker>
        </defs>
        {layout.edges.map((edge) => (
          <Arrow
            key={`${edge.from} ${edge.to} ${edge.label}`}
            edge={edge}
            isLit={isLit(edge, flow)}
            arrow={arrow}
          />
        ))}
        {layout.nodes.map((node) => (
          <Box key={node.name} node={node} known={flow.get(node.name)} />
        ))}
      </svg>
    </div>
  );
}

const hasBegun = (node: FlowNode | undefined) => node !== undefined && node.state !== "ahead";

/** An edge to itself is lit by a second step of this name. */
function isLit({ from, to }: PlacedEdge, flow: ReadonlyMap<string, FlowNode>): boolean {
  if (from === to) return (flow.get(from)?.count ?? 0) > 1;
  return hasBegun(flow.get(from)) && hasBegun(flow.get(to));
}

interface ArrowProps {
  readonly edge: PlacedEdge;
  readonly isLit: boolean;
  /** Id of the head. */
  readonly arrow: string;
}

function Arrow({ edge, isLit: lit, arrow }: ArrowProps) {
  const { path, label, labelX, labelY, isUndo } = edge;
  return (
    <g class={`flow-arrow${lit ? " lit" : ""}${isUndo ? " undo" : ""}`}>
      <path d={path} marker-end={`url(#${arrow})`} />
      {label !== "" && (
        <text x={labelX} y={labelY}>
          {visible(label)}
        </text>
      )}
    </g>
  );
}

const WORDS: Readonly<Record<NodeState, string>> = {
  ahead: "not begun",
  running: "running",
  waiting: "waiting",
  done: "done",
  other: "ended, not as wished",
  failed: "failed",
  undone: "undone",
};
const MARKS: Readonly<Record<NodeState, string>> = {
  ahead: "",
  running: "●",
  waiting: "…",
  done: "✓",
  other: "–",
  failed: "✗",
  undone: "",
};

function Box({ node, known }: { readonly node: PlacedNode; readonly known: FlowNode | undefined }) {
  const { name, label, x, y, width, isUndo } = node;
  const { state = "ahead", count = 0, failures = 0, word = "" } = known ?? {};
  const notes = [word, count > 1 ? `×${count}` : "", failures > 0 ? `${failures} failed` : ""];
  const note = visible(notes.filter((text) => text !== "").join(", "));
  return (
    <g class={`node node-${state}${isUndo ? " node-undo" : ""}`} data-node={name}>
      <title>{visible(`${name}: ${WORDS[state]}${note === "" ? "" : `, ${note}`}`)}</title>
      {label !== "" && (
        <text class="flow-note" x={x} y={y - NODE_HEIGHT / 2 - 12} text-anchor="middle">
          {visible(label)}
        </text>
      )}
      <rect x={x - width / 2} y={y - NODE_HEIGHT / 2} width={width} height={NODE_HEIGHT} rx="6" />
      <text class="name" x={x} y={y + 4} text-anchor="middle">
        {`${MARKS[state]} ${visible(shownName(name))}`.trim()}
      </text>
      {note !== "" && (
        <text class="flow-note tries" x={x} y={y + NODE_HEIGHT / 2 + 12} text-anchor="middle">
          {note}
        </text>
      )}
    </g>
  );
}

function wordsOf(flow: ReadonlyMap<string, FlowNode>): string {
  const begun = [...flow].filter(([, node]) => hasBegun(node));
  return begun.length === 0
    ? "No step has begun"
    : visible(begun.map(([name, { state }]) => `${name}: ${WORDS[state]}`).join(", "));
}
