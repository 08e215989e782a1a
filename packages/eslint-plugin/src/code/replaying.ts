import { isFunction, memberName, type Node } from "./ast.ts";
import { contains } from "./flow.ts";
import type { Module } from "./module.ts";

/** Whether an expression tests `isReplaying`, directly or through a constant. */
export function testsReplaying(module: Module, expression: Node): boolean {
  return contains(expression, (node) => {
    if (memberName(node) === "isReplaying") return true;
    if (node.type !== "Identifier") return false;
    if (node.name === "isReplaying") return true;
    const binding = module.scopes.bindingOf(node);
    const init = binding?.node.type === "VariableDeclarator" ? binding.node.init : null;
    return (
      init !== null && init !== undefined && contains(init, (each) => memberName(each) === "isReplaying")
    );
  });
}

/** Whether a condition on `isReplaying` decides if the code runs. */
export function isGuarded(module: Module, node: Node): boolean {
  let at = node;
  for (const parent of module.scopes.ancestors(node)) {
    if (isFunction(parent)) return isGuardedFunction(module, at, parent);
    if (guardOf(parent, at, module)) return true;
    if (parent.type === "BlockStatement" && hasEarlyReturn(module, parent.body, at)) return true;
    at = parent;
  }
  return false;
}

/** The call of a callback or local function may have the guard. */
function isGuardedFunction(module: Module, at: Node, fn: Node): boolean {
  if (at.type === "BlockStatement" && hasEarlyReturn(module, at.body, at)) return true;
  const parent = module.scopes.parentOf(fn);
  return parent?.type === "CallExpression" && isGuarded(module, parent);
}

function guardOf(parent: Node, at: Node, module: Module): boolean {
  switch (parent.type) {
    case "IfStatement":
    case "ConditionalExpression":
      return parent.test !== at && testsReplaying(module, parent.test);
    case "LogicalExpression":
      return parent.right === at && testsReplaying(module, parent.left);
    default:
      return false;
  }
}

/** `if (context.df.isReplaying) return;` before the statement. */
function hasEarlyReturn(module: Module, list: readonly Node[], at: Node): boolean {
  return list
    .slice(0, list.indexOf(at))
    .some(
      (each) =>
        each.type === "IfStatement" &&
        testsReplaying(module, each.test) &&
        contains(each.consequent, ({ type }) => type === "ReturnStatement" || type === "ContinueStatement"),
    );
}
