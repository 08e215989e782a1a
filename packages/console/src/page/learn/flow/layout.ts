import { type Diagram, type Edge, UNDO } from "./diagram.ts";

export interface PlacedNode {
  readonly name: string;
  readonly isUndo: boolean;
  /** When it comes to this node from above. */
  readonly label: string;
  /** Of its centre. */
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

export interface PlacedEdge extends Edge {
  readonly isUndo: boolean;
  readonly path: string;
  readonly labelX: number;
  readonly labelY: number;
}

export interface Layout {
  readonly nodes: readonly PlacedNode[];
  readonly edges: readonly PlacedEdge[];
  /** The least x of all: negative if a text reaches further than the nodes. */
  readonly left: number;
  readonly width: number;
  readonly height: number;
}

export const NODE_HEIGHT = 28;
const ROW = 64;
const GAP = 20;
const MARGIN = 12;
/** Of an edge that leads back, beside all nodes. */
const BACK = 26;
const LABEL_CHARACTER = 5.6;
const MOST_CHARACTERS = 28;
const MOST_LABEL = 40;
/** Characters of the longest usual note below a node, as `×2000, 14 failed`. */
const NOTE = 18;

const cut = (text: string, most: number) => (text.length > most ? `${text.slice(0, most - 1)}…` : text);
export const shownName = (name: string) => cut(name, MOST_CHARACTERS);
const widthOf = (name: string) => shownName(name).length * 7.2 + 26;

/** Rows from top to bottom, in the order of the steps; what undoes a step stands to its right. */
export function layoutOf({ nodes, edges }: Diagram): Layout {
  const undone = new Map(edges.filter(({ label }) => label === UNDO).map(({ from, to }) => [to, from]));
  const steps = nodes.filter((name) => !undone.has(name));
  const rows = rowsOf(steps, edges);
  const lines = Map.groupBy(steps, (name) => rows.get(name) ?? 0);
  const main = Math.max(...[...lines.values()].map(lineWidth));
  const labels = labelsOf(edges, rows);
  const inLines = [...lines].flatMap(([row, line]) => placedLine(line, row, main, labels));
  const besides = placedUndos(undone, rows, main);
  const placed = [...inLines, ...besides];
  const right = Math.max(...placed.map(({ x, width }) => x + width / 2));
  const byName = new Map(placed.map((node) => [node.name, node]));
  const drawn = edges.map((edge) => placedEdge(edge, byName, right));
  const ends = drawn.map(({ labelX, label }) => labelX + label.length * LABEL_CHARACTER);
  const left = Math.min(0, ...placed.map((node) => node.x - reachOf(node) - MARGIN));
  const reach = Math.max(right, ...ends, ...placed.map((node) => node.x + reachOf(node)));
  return {
    nodes: placed,
    edges: drawn,
    left,
    width: reach + MARGIN - left,
    height: Math.max(...placed.map(({ y }) => y)) + NODE_HEIGHT / 2 + 2 * MARGIN,
  };
}

/** How far a node's texts reach to each side of its centre. */
const reachOf = ({ label, width }: PlacedNode) =>
  Math.max(width, Math.max(label.length, NOTE) * LABEL_CHARACTER) / 2;

const yOf = (row: number) => MARGIN + NODE_HEIGHT / 2 + row * ROW;
const lineWidth = (line: readonly string[]) => line.reduce((sum, name) => sum + widthOf(name) + GAP, -GAP);

/** Of a node to which one label leads from above. */
function labelsOf(edges: readonly Edge[], rows: ReadonlyMap<string, number>): ReadonlyMap<string, string> {
  const down = edges.filter(
    ({ from, to, label }) => label !== UNDO && (rows.get(from) ?? 0) < (rows.get(to) ?? 0),
  );
  const found = Map.groupBy(down, ({ to }) => to);
  return new Map(
    [...found].map(([to, [first, ...others]]) => [to, others.length === 0 ? (first?.label ?? "") : ""]),
  );
}

function placedLine(
  line: readonly string[],
  row: number,
  main: number,
  labels: ReadonlyMap<string, string>,
): readonly PlacedNode[] {
  let left = MARGIN + (main - lineWidth(line)) / 2;
  return line.map((name) => {
    const width = widthOf(name);
    const room = line.length === 1 ? MOST_LABEL : (width + GAP) / LABEL_CHARACTER;
    const label = cut(labels.get(name) ?? "", room);
    const x = left + width / 2;
    left += width + GAP;
    return { name, label, isUndo: false, x, y: yOf(row), width };
  });
}

/** @param undone the steps, by the names of what undoes them */
function placedUndos(
  undone: ReadonlyMap<string, string>,
  rows: ReadonlyMap<string, number>,
  main: number,
): readonly PlacedNode[] {
  const widest = Math.max(0, ...[...undone.keys()].map(widthOf));
  const x = MARGIN + main + 2 * GAP + widest / 2;
  return [...undone].map(([name, step]) => {
    const y = yOf(rows.get(step) ?? 0);
    return { name, label: "", isUndo: true, x, y, width: widthOf(name) };
  });
}

/** The longest way to each node, without the edges that lead back to a node on the way. */
function rowsOf(nodes: readonly string[], edges: readonly Edge[]): Map<string, number> {
  const rows = new Map<string, number>(nodes.map((name) => [name, 0]));
  const next = new Map<string, string[]>();
  for (const { from, to } of edges) {
    if (rows.has(from) && rows.has(to)) next.set(from, [...(next.get(from) ?? []), to]);
  }
  const onward = withoutReturns(nodes, next);
  // A row can move down once for each node before it.
  for (let round = 0; round < nodes.length; round++) {
    for (const [from, to] of onward) rows.set(to, Math.max(rows.get(to) ?? 0, (rows.get(from) ?? 0) + 1));
  }
  return rows;
}

function withoutReturns(
  nodes: readonly string[],
  next: ReadonlyMap<string, readonly string[]>,
): readonly (readonly [string, string])[] {
  const state = new Map<string, "on the way" | "done">();
  const onward: [string, string][] = [];
  const visit = (name: string) => {
    state.set(name, "on the way");
    for (const to of next.get(name) ?? []) {
      if (state.get(to) === "on the way") continue;
      onward.push([name, to]);
      if (!state.has(to)) visit(to);
    }
    state.set(name, "done");
  };
  for (const name of nodes) if (!state.has(name)) visit(name);
  return onward;
}

function placedEdge(edge: Edge, placed: ReadonlyMap<string, PlacedNode>, right: number): PlacedEdge {
  const from = placed.get(edge.from);
  const to = placed.get(edge.to);
  if (from === undefined || to === undefined) throw new Error(`The diagram has no node for ${edge.from}.`);
  const half = NODE_HEIGHT / 2;
  const at = (path: string, labelX = 0, labelY = 0) => {
    const label = labelX === 0 ? "" : cut(edge.label, MOST_LABEL);
    return {
      ...edge,
      isUndo: edge.label === UNDO || (from.isUndo && to.isUndo),
      label,
      path,
      labelX,
      labelY,
    };
  };
  if (from === to) {
    const x = from.x + from.width / 2;
    const [top, side] = [from.y - half, from.y - 4];
    return at(
      `M ${x - 14} ${top} C ${x - 10} ${top - 18}, ${x + 22} ${top - 6}, ${x} ${side}`,
      x + 10,
      top - 4,
    );
  }
  if (from.y === to.y) {
    const side = from.x < to.x ? 1 : -1;
    return at(`M ${from.x + (side * from.width) / 2} ${from.y} L ${to.x - (side * to.width) / 2} ${to.y}`);
  }
  if (from.y < to.y) {
    const [y1, y2] = [from.y + half, to.y - half];
    const middle = (y1 + y2) / 2;
    return at(`M ${from.x} ${y1} C ${from.x} ${middle}, ${to.x} ${middle}, ${to.x} ${y2}`);
  }
  if (from.isUndo && to.isUndo) return at(`M ${from.x} ${from.y - half} L ${to.x} ${to.y + half}`);
  const [x1, x2] = [from.x + from.width / 2, to.x + to.width / 2];
  const x = right + BACK;
  return at(
    `M ${x1} ${from.y} C ${x} ${from.y}, ${x} ${to.y}, ${x2} ${to.y}`,
    right + BACK / 2,
    (from.y + to.y) / 2 + 4,
  );
}
