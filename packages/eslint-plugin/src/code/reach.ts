import { isFunction, memberName, type FunctionNode, type Node, walk } from "./ast.ts";
import type { Module } from "./module.ts";
import { loadModule, rootOf, sourcesOf, textOf } from "./project.ts";
import { mayHaveRoots, type Root, rootsIn } from "./roots.ts";
import type { Settings } from "./settings.ts";
import { functionOf, valueOf } from "./values.ts";

/** A function that runs in an orchestrator. */
export interface ReachableFunction {
  readonly module: Module;
  readonly node: FunctionNode;
  /** The SDK receives the values that it yields: it is an orchestrator, or an orchestrator runs it with `yield*`. */
  readonly isDelegated: boolean;
  readonly root?: Root["kind"] | undefined;
  /** The kind of the orchestrator that calls it. */
  readonly from: Root["kind"];
}

/** Methods that call the function that they receive. */
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

/** Whether a file can contain orchestrator code; most files cannot, and are not analysed. */
export function mayContainOrchestrator(file: string, text: string, settings: Settings): boolean {
  return mayHaveRoots(file, text, settings) || entriesOf(file, settings) !== undefined;
}

function entriesOf(file: string, settings: Settings) {
  const folder = settings.crossFile ? rootOf(file) : undefined;
  return folder === undefined ? undefined : surveyOf(folder, settings).get(file);
}

/** The functions that run in an orchestrator: the given ones, and those that they call, in all modules. */
export function reachableFrom(starts: readonly ReachableFunction[]): ReachableFunction[] {
  const reached = new Map<FunctionNode, ReachableFunction>();
  const queue = [...starts];
  for (let next = queue.pop(); next; next = queue.pop()) {
    const known = reached.get(next.node);
    if (known && (known.isDelegated || !next.isDelegated)) continue;
    reached.set(next.node, { ...known, ...next });
    queue.push(...calledBy(next));
  }
  return [...reached.values()];
}

function calledBy({ module, node, from }: ReachableFunction): ReachableFunction[] {
  const called: ReachableFunction[] = [];
  const add = (expression: Node, isDelegated: boolean) => {
    const found = functionOf(module, expression);
    // Only the call of an async function is reported, not the code inside it.
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

/** For each file, the labels of its functions that orchestrators in other files call. */
type Entries = ReadonlyMap<string, ReadonlyMap<string, Pick<ReachableFunction, "isDelegated" | "from">>>;

interface Survey {
  readonly at: number;
  readonly entries: Entries;
}

const surveys = new Map<string, Survey>();
/** Editors lint the same project repeatedly. After this time, changed files are read again. */
const SURVEY_LASTS_MS = 3000;

/** Searches the project once for all files of a run. */
function surveyOf(root: string, settings: Settings): Entries {
  const key = JSON.stringify([root, settings]);
  const survey = surveys.get(key);
  if (survey && performance.now() - survey.at < SURVEY_LASTS_MS) return survey.entries;
  const roots: Root[] = [];
  /** Each file finds these itself. In an editor, its text may be newer than the one on disk. */
  const known = new Set<FunctionNode>();
  for (const file of sourcesOf(root)) {
    const text = textOf(file);
    const module = text !== undefined && mayHaveRoots(file, text, settings) ? loadModule(file) : undefined;
    for (const found of module ? rootsIn(module, settings) : []) {
      roots.push(found);
      if (found.module === module) known.add(found.node);
    }
  }
  const entries = new Map<string, Map<string, Pick<ReachableFunction, "isDelegated" | "from">>>();
  for (const { module, node, isDelegated, from } of reachableFrom(roots.map(startAt))) {
    const label = known.has(node) ? undefined : module.labelOf(node);
    if (label === undefined) continue;
    const labels =
      entries.get(module.file) ?? new Map<string, Pick<ReachableFunction, "isDelegated" | "from">>();
    labels.set(label, { isDelegated, from });
    entries.set(module.file, labels);
  }
  surveys.set(key, { at: performance.now(), entries });
  return entries;
}

const startAt = ({ module, node, kind }: Root): ReachableFunction => ({
  module,
  node,
  isDelegated: kind !== "file",
  root: kind,
  from: kind,
});

/** The functions of a module that run in an orchestrator of this file or of another file of the project. */
export function reachableIn(module: Module, settings: Settings): ReachableFunction[] {
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
  return reachableFrom(starts).filter((reached) => reached.module === module && isFunction(reached.node));
}

/** Whether a call calls an async function. An orchestrator cannot wait for its result. */
export function isAsyncCall(module: Module, callee: Node): boolean {
  return functionOf(module, callee)?.node.async === true;
}

/** Whether a call creates a generator. The generator runs only if it is iterated. */
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
