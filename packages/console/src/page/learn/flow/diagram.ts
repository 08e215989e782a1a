export interface Edge {
  readonly from: string;
  readonly to: string;
  readonly label: string;
}

/** The steps of a pattern, and what follows what. */
export interface Diagram {
  readonly nodes: readonly string[];
  readonly edges: readonly Edge[];
}

/** Label of the edges from a step to what undoes it. */
export const UNDO = "undo";

const MOST_NODES = 60;
/** Begin and end. */
export const OUTSIDE = "[*]";
const EDGE = /^\s*(\S+)\s*-->\s*([^\s:]+)\s*(?::\s*(.*\S))?\s*$/;

/** Reads a state diagram in Mermaid's language: lines such as `one --> two: label`, nothing else. */
export function diagramOf(mermaid: string): Diagram | undefined {
  if (!mermaid.trimStart().startsWith("stateDiagram")) return undefined;
  const lines = mermaid.split("\n").map((line) => EDGE.exec(line));
  return diagramWith(lines.flatMap((line) => (line === null ? [] : [edgeOf(line)])));
}

const edgeOf = ([, from = "", to = "", label = ""]: RegExpExecArray): Edge => ({ from, to, label });

/** Undefined if it has no nodes, or too many to draw. */
export function diagramWith(edges: readonly Edge[]): Diagram | undefined {
  const nodes = [...new Set(edges.flatMap(({ from, to }) => [from, to]))].filter((name) => name !== OUTSIDE);
  if (nodes.length === 0 || nodes.length > MOST_NODES) return undefined;
  return { nodes, edges: edges.filter(({ from, to }) => from !== OUTSIDE && to !== OUTSIDE) };
}
