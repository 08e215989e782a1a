import { type Node, type Of, unwrap } from "./ast.ts";
import { durableCall, type DurableCall } from "./durable-calls.ts";
import type { Module } from "./module.ts";
import type { Orchestration } from "./orchestration.ts";
import type { Binding } from "./scopes.ts";

/** A `Task.any` or `Task.all`, or their equivalent in a typed layer. */
export interface Compound {
  readonly call: DurableCall;
  readonly isRace: boolean;
  /** The expressions of its tasks. */
  readonly members: readonly Node[];
  /** The variable that contains the tasks, if they are not listed in the call. */
  readonly list?: Binding | undefined;
}

export function compoundsOf(orchestration: Orchestration): Compound[] {
  return orchestration.calls.flatMap((call) => {
    const [tasks] = call.node.arguments;
    if (!tasks || !["Task.all", "Task.any", "all", "allSettled", "race"].includes(call.method)) return [];
    const isRace = call.method === "Task.any" || call.method === "race";
    const given = unwrap(tasks);
    const list = given.type === "Identifier" ? orchestration.module.scopes.bindingOf(given) : undefined;
    return [{ call, isRace, members: membersIn(given), list }];
  });
}

function membersIn(tasks: Node): Node[] {
  if (tasks.type === "ArrayExpression") {
    return tasks.elements.flatMap((each) => (each && each.type !== "SpreadElement" ? [unwrap(each)] : []));
  }
  if (tasks.type !== "ObjectExpression") return [];
  return tasks.properties.flatMap((each) => (each.type === "Property" ? [unwrap(each.value)] : []));
}

/** A task that is stored in a variable. */
export interface StoredTask {
  readonly call: DurableCall;
  readonly binding: Binding;
  readonly declarator: Of<"VariableDeclarator">;
}

/** The task that a variable always contains; undefined if it may contain another one. */
export function storedTask(module: Module, expression: Node): StoredTask | undefined {
  if (expression.type !== "Identifier") return undefined;
  const binding = module.scopes.bindingOf(expression);
  if (!binding || binding.node.type !== "VariableDeclarator" || module.scopes.isReassigned(binding))
    return undefined;
  const { init } = binding.node;
  const call = init ? durableCall(module, init) : undefined;
  return call && { call, binding, declarator: binding.node };
}
