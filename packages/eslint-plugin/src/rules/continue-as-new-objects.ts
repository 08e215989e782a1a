import { memberName, stringOf, type Node, unwrap } from "../code/ast.ts";
import type { Module } from "../code/module.ts";
import { isGlobal, originOf } from "../code/origins.ts";
import { valueOf } from "../code/values.ts";
import type { RuleDefinition } from "../rule.ts";

const TEXT_METHODS = new Set([
  "join",
  "padStart",
  "slice",
  "toFixed",
  "toISOString",
  "toString",
  "toJSON",
  "trim",
]);

export const continueAsNewObjects: RuleDefinition = {
  description:
    "Pass an object to continueAsNew: a string arrives in the next execution with additional quotes",
  messages: {
    text: "A string that is passed to continueAsNew arrives in the next execution with additional quotes, and gets more in each further execution. Pass an object: `continueAsNew({ … })`.",
  },
  check(orchestration, report) {
    for (const { node, method } of orchestration.calls) {
      const [input] = node.arguments;
      if (method === "continueAsNew" && input && isText(orchestration.module, input)) {
        report({ node: input, messageId: "text" });
      }
    }
  },
};

function isText(module: Module, expression: Node): boolean {
  const node = unwrap(valueOf(module, expression)?.node ?? expression);
  if (stringOf(node) !== undefined || node.type === "TemplateLiteral") return true;
  if (node.type === "BinaryExpression") {
    return node.operator === "+" && (isText(module, node.left) || isText(module, node.right));
  }
  if (node.type !== "CallExpression") return false;
  const origin = originOf(module, node.callee);
  if (isGlobal(origin, "String") || isGlobal(origin, "JSON", "stringify")) return true;
  const name = memberName(node.callee);
  return name !== undefined && TEXT_METHODS.has(name) && name !== "slice" && name !== "toJSON";
}
