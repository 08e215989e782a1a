import { memberName, type Node } from "./ast.ts";
import type { Module } from "./module.ts";

/** Whether the value of an expression is unused. */
export function isDropped(module: Module, node: Node): boolean {
  let at = node;
  for (const parent of module.scopes.ancestors(node)) {
    if (parent.type === "ExpressionStatement") return true;
    if (parent.type === "UnaryExpression") return parent.operator === "void";
    if (parent.type === "ArrowFunctionExpression") {
      const call = module.scopes.parentOf(parent);
      return parent.body === at && call?.type === "CallExpression" && memberName(call.callee) === "forEach";
    }
    if (!handsOn(parent, at)) return false;
    at = parent;
  }
  return false;
}

/** Whether an expression evaluates to the value of one of its operands. */
function handsOn(parent: Node, at: Node): boolean {
  switch (parent.type) {
    case "ChainExpression":
    case "TSNonNullExpression":
    case "TSAsExpression":
      return true;
    case "LogicalExpression":
      return parent.right === at;
    case "ConditionalExpression":
      return parent.test !== at;
    default:
      return false;
  }
}
