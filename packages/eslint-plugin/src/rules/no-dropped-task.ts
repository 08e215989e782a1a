import { memberName, type Node } from "../code/ast.ts";
import { isDropped } from "../code/dropped.ts";
import { durableCall, type DurableCall } from "../code/durable-calls.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { isGeneratorCall } from "../code/reach.ts";
import type { Problem, RuleDefinition } from "../rule.ts";

export const noDroppedTask: RuleDefinition = {
  description: "Tasks and steps must be yielded: a task that is not yielded never runs",
  messages: {
    dropped: "This {{method}} never runs: {{yields}} it. A task that is not yielded is not scheduled.",
    unused: "The task in `{{name}}` is never yielded, so this {{method}} never runs. Use {{yields}}.",
    value:
      "`{{name}}` is a task, not its result. It is never yielded, so this {{method}} never runs. Use {{yields}}.",
    generator: "This call only creates a generator, whose code does not run. Run it with `yield*`.",
    yield: "Add {{yields}} before the call",
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

/** A new step changes the replay of running instances, so a person decides. */
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

/** A constant that contains a task and is never yielded. */
function problemOfVariable(
  { module }: Orchestration,
  { node, method, layer }: DurableCall,
): string | undefined {
  const declared = module.scopes.parentOf(node);
  if (declared?.type !== "VariableDeclarator" || declared.id.type !== "Identifier") return undefined;
  const binding = module.scopes.declaredBy(declared.id);
  if (!binding || module.scopes.isReassigned(binding)) return undefined;
  if (binding.references.length === 0) return "unused";
  // A timer may be created and cancelled without harm. The steps of a typed layer may have methods that are not known
  // here.
  if (layer !== "sdk" || method === "createTimer") return undefined;
  return binding.references.every((reference) => isMisread(module, reference)) ? "value" : undefined;
}

/** Whether a reference uses the task as if it were the result. */
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
