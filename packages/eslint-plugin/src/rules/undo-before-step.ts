import { isFunction, memberName, type Node, type Of, unwrap } from "../code/ast.ts";
import { durableCall } from "../code/durable-calls.ts";
import { contains } from "../code/flow.ts";
import type { Module } from "../code/module.ts";
import { namesIn } from "../code/scopes.ts";
import type { RuleDefinition } from "../rule.ts";

/** Classes that collect the compensations of a saga. */
const STACKS = /undo|compensat|rollback|saga/i;

export const undoBeforeStep: RuleDefinition = {
  description: "Register the undo of a step before the step runs: a failed step may have had its effect",
  messages: {
    late: "This undo is registered after its step: if the step has its effect and then fails, nothing undoes it. Register the undo before the step.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    for (const block of orchestration.all("BlockStatement")) {
      const events = block.body.map((statement) => eventOf(module, statement));
      for (const [index, event] of events.entries()) {
        if (event?.kind !== "push") continue;
        const before = events.slice(0, index).findLast((each) => each !== undefined);
        const after = events.slice(index + 1).findIndex((each) => each !== undefined);
        const next = after === -1 ? undefined : events[index + 1 + after];
        if (before?.kind !== "step" || next?.kind === "step") continue;
        // Two consecutive undos belong to the step after them.
        if (next?.kind === "push" && after === 0) continue;
        if (!usesResult(module, event.call, before.statement))
          report({ node: event.call, messageId: "late" });
      }
    }
  },
};

type Event =
  | { readonly kind: "push"; readonly call: Of<"CallExpression"> }
  | { readonly kind: "step"; readonly statement: Node };

/** The role of a statement in a saga: it registers an undo, or runs a step. */
function eventOf(module: Module, statement: Node): Event | undefined {
  if (isFunction(statement)) return undefined;
  const call = statement.type === "ExpressionStatement" ? unwrap(statement.expression) : undefined;
  if (call?.type === "CallExpression" && isPush(module, call)) return { kind: "push", call };
  const runs = contains(
    statement,
    (node) => node.type === "YieldExpression" && node.argument !== null && isStep(module, node.argument),
  );
  return runs ? { kind: "step", statement } : undefined;
}

function isStep(module: Module, yielded: Node): boolean {
  return contains(yielded, (node) => durableCall(module, node)?.isCall === true);
}

function isPush(module: Module, { callee }: Of<"CallExpression">): boolean {
  if (callee.type !== "MemberExpression" || !["add", "push", "register"].includes(memberName(callee) ?? ""))
    return false;
  const stack = unwrap(callee.object);
  const binding = stack.type === "Identifier" ? module.scopes.bindingOf(stack) : undefined;
  const init = binding?.node.type === "VariableDeclarator" ? binding.node.init : undefined;
  return init?.type === "NewExpression" && init.callee.type === "Identifier" && STACKS.test(init.callee.name);
}

/** An undo that uses the step's result cannot be registered before the step. */
function usesResult({ scopes }: Module, push: Node, statement: Node): boolean {
  const results = new Set<unknown>();
  contains(statement, (node) => {
    if (node.type === "VariableDeclarator")
      for (const id of namesIn(node.id)) results.add(scopes.declaredBy(id));
    if (node.type === "AssignmentExpression") {
      for (const id of namesIn(node.left)) results.add(scopes.bindingOf(id) ?? scopes.declaredBy(id));
    }
    return false;
  });
  return contains(push, (node) => node.type === "Identifier" && results.has(scopes.bindingOf(node) ?? push));
}
