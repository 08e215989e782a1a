import { memberName, type Node } from "../code/ast.ts";
import { isDropped } from "../code/dropped.ts";
import { durableCall, type DurableCall } from "../code/durable-calls.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { isGeneratorCall } from "../code/reach.ts";
import type { Problem, RuleDefinition } from "../rule.ts";

export const noDroppedTask: RuleDefinition = {
  description: "Tasks and steps run only if they are yielded: one that is created and dropped never runs",
  messages: {
    dropped: "This {{method}} never runs: {{yields}} it. A task that is not yielded is not scheduled.",
    unused: "The task in `{{name}}` is never yielded, so this {{method}} never runs. Use {{yields}}.",
    value:
      "`{{name}}` is a task and not its result: it is never yielded, so this {{method}} never runs. Use {{yields}}.",
    generator: "This call only makes a generator, and nothing in it runs. Run it with `yield*`.",
    yield: "Put {{yields}} in front of it",
  },
  hasSuggestions: true,
  check(orchestration, report) {
    const { module } = orchestration;
    for (const call of orchestration.calls) {
      if (!call.isTask) continue;
      const problem = isDropped(module, call.node) ? "dropped" : problemOfVariable(orchestration, call);
      if (problem) report(problemOf(orchestration, call, problem));
    }
    for (const call of orchestration.all("CallExpression")) {
      if (durableCall(module, call) || !isGeneratorCall(module, call) || !isDropped(module, call)) continue;
      report({ node: call, messageId: "generator", suggest: suggestion(orchestration, call, "yield*") });
    }
  },
};

function problemOf(
  orchestration: Orchestration,
  { node, method, layer }: DurableCall,
  messageId: string,
): Problem {
  const yields = layer === "typed" ? "yield*" : "yield";
  const declared = orchestration.module.scopes.parentOf(node);
  const name =
    declared?.type === "VariableDeclarator" && declared.id.type === "Identifier" ? declared.id.name : "";
  return {
    node,
    messageId,
    data: { method, name, yields: messageId === "dropped" ? yields : `\`${yields}\`` },
    suggest:
      messageId === "value" || layer === "unknown" ? undefined : suggestion(orchestration, node, yields),
  };
}

/** A new step changes what running instances replay, so a person decides. */
function suggestion(orchestration: Orchestration, node: Node, yields: string): Problem["suggest"] {
  const { module } = orchestration;
  if (!module.scopes.functionAround(node)?.generator) return undefined;
  const parent = module.scopes.parentOf(node);
  if (parent?.type !== "ExpressionStatement" && parent?.type !== "VariableDeclarator") return undefined;
  return {
    messageId: "yield",
    data: { yields: `\`${yields}\`` },
    fix: (fixer) => fixer.insertTextBefore(node, `${yields} `),
  };
}

/** A constant that holds a task which nothing can yield. */
function problemOfVariable(
  { module }: Orchestration,
  { node, method, layer }: DurableCall,
): string | undefined {
  const declared = module.scopes.parentOf(node);
  if (declared?.type !== "VariableDeclarator" || declared.id.type !== "Identifier") return undefined;
  const binding = module.scopes.declaredBy(declared.id);
  if (!binding || module.scopes.isReassigned(binding)) return undefined;
  if (binding.references.length === 0) return "unused";
  // A timer may be made and cancelled without harm, and what a typed layer's steps can do is not known.
  if (layer !== "sdk" || method === "createTimer") return undefined;
  return binding.references.every((reference) => isMisread(module, reference)) ? "value" : undefined;
}

/** Whether a reference takes the task for its result. */
function isMisread(module: Orchestration["module"], reference: Node): boolean {
  const parent = module.scopes.parentOf(reference);
  switch (parent?.type) {
    case "MemberExpression":
      return parent.object === reference && memberName(parent) !== undefined;
    case "TemplateLiteral":
      return true;
    case "BinaryExpression":
      return !["==", "===", "!=", "!=="].includes(parent.operator);
    case "CallExpression":
      return durableCall(module, parent)?.isCall === true && parent.arguments.indexOf(reference as never) > 0;
    default:
      return false;
  }
}
