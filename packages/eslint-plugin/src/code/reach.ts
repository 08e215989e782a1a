import { isFunction, memberName, type FunctionNode, type Node, walk } from "./ast.ts";
import type { Module } from "./module.ts";
import { loadModule, rootOf, sourcesOf, textOf } from "./project.ts";
import { mayHaveRoots, type Root, rootsIn } from "./roots.ts";
import type { Settings } from "./settings.ts";
import { functionOf, valueOf } from "./values.ts";

/** A function that runs as part of an orchestrator. */
export interface Reached {
  readonly module: Module;
  readonly node: FunctionNode;
  /** What it yields goes to the SDK: it is an orchestrator itself, or is run by `yield*` of one. */
  readonly isDelegated: boolean;
  readonly root?: Root["kind"] | undefined;
  /** The kind of orchestrator that leads to it. */
  readonly from: Root["kind"];
}

/** Methods that call the function they are given. */
const CALLERS = new Set([
  "every",
  "filter",
  "find",
  "findIndex",
  "findLast",
  "flatMap",
  "forEach",
  "from",
  "map",
  "reduce",
  "reduceRight",
  "some",
  "sort",
  "toSorted",
]);

/** Whether a file can have code of orchestrators; most have none and need not be analysed. */
export function isConcerned(file: string, text: string, settings: Settings): boolean {
  return mayHaveRoots(file, text, settings) || entriesOf(file, settings) !== undefined;
}

function entriesOf(file: string, settings: Settings) {
  const folder = settings.crossFile ? rootOf(file) : undefined;
  return folder === undefined ? undefined : surveyOf(folder, settings).get(file);
}

/** The functions of a module that run as part of an orchestrator, and those of other modules that they lead to. */
export function reachedFrom(starts: readonly Reached[]): Reached[] {
  const reached = new Map<FunctionNode, Reached>();
  const queue = [...starts];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const known = reached.get(next.node);
    if (known && (known.isDelegated || !next.isDelegated)) continue;
    reached.set(next.node, { ...known, ...next });
    queue.push(...calledBy(next));
  }
  return [...reached.values()];
}

function calledBy({ module, node, from }: Reached): Reached[] {
  const called: Reached[] = [];
  const add = (expression: Node, isDelegated: boolean) => {
    const found = functionOf(module, expression);
    // What an async function does is lost anyhow; the call of it is what a rule reports.
    if (found && !found.node.async) called.push({ ...found, isDelegated, from });
  };
  walk(node, (each) => {
    if (each.type === "NewExpression") add(each.callee, false);
    if (each.type !== "CallExpression") return;
    const parent = module.scopes.parentOf(each);
    add(each.callee, parent?.type === "YieldExpression" && parent.delegate);
    const method = memberName(each.callee);
    if (method === undefined || !CALLERS.has(method)) return;
    for (const argument of each.arguments) {
      if (argument.type === "Identifier" || argument.type === "MemberExpression") add(argument, false);
    }
  });
  return called;
}

/** Labels of the functions of each file that orchestrators of other files lead to. */
type Entries = ReadonlyMap<string, ReadonlyMap<string, Pick<Reached, "isDelegated" | "from">>>;

interface Survey {
  readonly at: number;
  readonly entries: Entries;
}

const surveys = new Map<string, Survey>();
/** An editor lints again and again; files that change meanwhile are read anew after this time. */
const SURVEY_LASTS_MS = 3000;

/** Looks through the project once for all files of a run. */
function surveyOf(root: string, settings: Settings): Entries {
  const key = JSON.stringify([root, settings]);
  const known = surveys.get(key);
  if (known && performance.now() - known.at < SURVEY_LASTS_MS) return known.entries;
  const roots = sourcesOf(root).flatMap((file) => {
    const text = textOf(file);
    const module = text !== undefined && mayHaveRoots(file, text, settings) ? loadModule(file) : undefined;
    return module ? rootsIn(module, settings) : [];
  });
  const entries = new Map<string, Map<string, Pick<Reached, "isDelegated" | "from">>>();
  for (const { module, node, isDelegated, from } of reachedFrom(roots.map(startAt))) {
    const label = module.labelOf(node);
    if (label === undefined) continue;
    const labels = entries.get(module.file) ?? new Map<string, Pick<Reached, "isDelegated" | "from">>();
    labels.set(label, { isDelegated, from });
    entries.set(module.file, labels);
  }
  surveys.set(key, { at: performance.now(), entries });
  return entries;
}

const startAt = ({ module, node, kind }: Root): Reached => ({
  module,
  node,
  isDelegated: kind !== "file",
  root: kind,
  from: kind,
});

/** The functions of a module that run as part of an orchestrator, be it in this file or in another one of the project. */
export function reachedIn(module: Module, settings: Settings): Reached[] {
  const starts = rootsIn(module, settings)
    .filter((root) => root.module === module)
    .map(startAt);
  const labels = entriesOf(module.file, settings);
  if (labels) {
    for (const node of module.functions) {
      const label = module.labelOf(node);
      const entry = label === undefined ? undefined : labels.get(label);
      if (entry) starts.push({ module, node, ...entry });
    }
  }
  return reachedFrom(starts).filter((reached) => reached.module === module && isFunction(reached.node));
}

/** Whether a call leads to an async function, whose result an orchestrator cannot wait for. */
export function isAsyncCall(module: Module, callee: Node): boolean {
  return functionOf(module, callee)?.node.async === true;
}

/** Whether a call makes a generator, which does nothing until something runs it. */
export function isGeneratorCall(module: Module, node: Node): boolean {
  if (node.type !== "CallExpression") return false;
  const found = functionOf(module, node.callee);
  return (
    found !== undefined &&
    found.node.generator &&
    !found.node.async &&
    valueOf(module, node.callee) !== undefined
  );
}
