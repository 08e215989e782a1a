import { memberName, type Node, type Of, unwrap } from "./ast.ts";
import type { Module } from "./module.ts";
import { originOf } from "./origins.ts";
import type { Binding } from "./scopes.ts";

/** Calls of the orchestration context that make a task or step: it runs only if it is yielded. */
const CALLS = [
  "callActivity",
  "callActivityWithRetry",
  "callEntity",
  "callHttp",
  "callSubOrchestrator",
  "callSubOrchestratorWithRetry",
] as const;
const WAITS = ["createTimer", "waitForExternalEvent", "lock"] as const;
const COMPOUNDS = ["Task.all", "Task.any", "all", "allSettled", "race"] as const;
/** Calls that act at once and answer no task. */
const AT_ONCE = ["continueAsNew", "getInput", "newGuid", "setCustomStatus", "signalEntity"] as const;

export type DurableMethod =
  (typeof CALLS)[number] | (typeof WAITS)[number] | (typeof COMPOUNDS)[number] | (typeof AT_ONCE)[number];

const TASKS: ReadonlySet<string> = new Set([...CALLS, ...WAITS, ...COMPOUNDS]);
const CALLED: ReadonlySet<string> = new Set(CALLS);
const KNOWN: ReadonlySet<string> = new Set([...TASKS, ...AT_ONCE]);
/** Names that other objects have as well: taken for the context's only where it is known to be the context. */
const COMMON: ReadonlySet<string> = new Set(["all", "allSettled", "race", "lock", "getInput"]);

/** A call of the orchestration context. */
export interface DurableCall {
  readonly node: Of<"CallExpression">;
  readonly method: DurableMethod;
  /** The SDK's own context, whose tasks are yielded, or a typed layer's, whose steps are run by `yield*`. */
  readonly layer: "sdk" | "typed" | "unknown";
  /** Whether it makes a task or step. */
  readonly isTask: boolean;
  /** Whether it starts work elsewhere. */
  readonly isCall: boolean;
}

/** Reads a call of the orchestration context; undefined for any other expression. */
export function durableCall(module: Module, expression: Node): DurableCall | undefined {
  const node = unwrap(expression);
  if (node.type !== "CallExpression" || node.callee.type !== "MemberExpression") return undefined;
  let method = memberName(node.callee);
  let receiver = unwrap(node.callee.object);
  if (memberName(receiver) === "Task" && receiver.type === "MemberExpression") {
    method = `Task.${method ?? ""}`;
    receiver = unwrap(receiver.object);
  }
  if (method === undefined || !KNOWN.has(method)) return undefined;
  const layer = layerOf(module, receiver);
  if (!layer || (layer === "unknown" && COMMON.has(method))) return undefined;
  if (layer === "sdk" && COMPOUNDS.includes(method as "all") && !method.startsWith("Task.")) return undefined;
  const isTask = TASKS.has(method);
  return { node, method: method as DurableMethod, layer, isTask, isCall: CALLED.has(method) };
}

/** What kind of context an expression is; undefined if it is none. */
function layerOf(module: Module, receiver: Node): DurableCall["layer"] | undefined {
  if (memberName(receiver) === "df") return "sdk";
  if (receiver.type !== "Identifier") return undefined;
  const binding = module.scopes.bindingOf(receiver);
  if (!binding || originOf(module, receiver)?.package !== undefined) return undefined;
  const { node, kind } = binding;
  if (node.type === "VariableDeclarator" && node.init) {
    if (node.id.type === "ObjectPattern") return binding.name === "df" ? "sdk" : undefined;
    return memberName(unwrap(node.init)) === "df" ? "sdk" : undefined;
  }
  return kind === "parameter" ? layerOfParameter(module, binding) : undefined;
}

/** A parameter tells what it is by how its calls are run. */
function layerOfParameter(module: Module, binding: Binding): DurableCall["layer"] | undefined {
  const { scopes } = module;
  const uses = binding.references.flatMap((reference) => {
    const member = scopes.parentOf(reference);
    const call = member?.type === "MemberExpression" ? scopes.parentOf(member) : undefined;
    return call?.type === "CallExpression" ? [{ call, around: scopes.parentOf(call) }] : [];
  });
  const isRunBy = (delegate: boolean) =>
    uses.some(({ call, around }) => {
      if (around?.type !== "YieldExpression" || around.delegate !== delegate) return false;
      const name = memberName(call.callee);
      return name !== undefined && KNOWN.has(name);
    });
  if (isRunBy(true)) return "typed";
  if (isRunBy(false)) return "sdk";
  return binding.name === "df" || binding.name === "ctx" || binding.name === "context"
    ? "unknown"
    : undefined;
}
