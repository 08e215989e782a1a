import { memberName, type Node, type Of, unwrap } from "./ast.ts";
import type { Module } from "./module.ts";
import { originOf } from "./origins.ts";
import type { Binding } from "./scopes.ts";

/** Methods of the orchestration context that create a task or step, which runs only if it is yielded. */
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
/** Methods that take effect immediately and return no task. */
const AT_ONCE = ["continueAsNew", "getInput", "newGuid", "setCustomStatus", "signalEntity"] as const;

export type DurableMethod =
  (typeof CALLS)[number] | (typeof WAITS)[number] | (typeof COMPOUNDS)[number] | (typeof AT_ONCE)[number];

const TASKS: ReadonlySet<string> = new Set([...CALLS, ...WAITS, ...COMPOUNDS]);
const CALLED: ReadonlySet<string> = new Set(CALLS);
const KNOWN: ReadonlySet<string> = new Set([...TASKS, ...AT_ONCE]);
/** Other objects have methods with these names too, so the object must be known to be the context. */
const COMMON: ReadonlySet<string> = new Set(["all", "allSettled", "race", "lock", "getInput"]);

/** A call of a method of the orchestration context. */
export interface DurableCall {
  readonly node: Of<"CallExpression">;
  readonly method: DurableMethod;
  /** The SDK's context, whose tasks are yielded, or a typed layer's context, whose steps run with `yield*`. */
  readonly layer: "sdk" | "typed" | "unknown";
  /** Whether it creates a task or step. */
  readonly isTask: boolean;
  /** Whether it schedules work: an activity, a sub-orchestration, an entity operation or an HTTP call. */
  readonly isCall: boolean;
}

/** Parses a call of the orchestration context; undefined for any other expression. */
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

/** The kind of context that an expression refers to; undefined if it is no context. */
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

/** The kind of a parameter is inferred from `yield` or `yield*` before its calls. */
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
