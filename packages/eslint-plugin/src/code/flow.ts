import { childrenOf, endOf, isFunction, isLoop, type Node, type Of, startOf } from "./ast.ts";
import type { Module } from "./module.ts";

type Test = (node: Node) => boolean;

/** Whether a node, or a descendant that runs with it, passes the test. */
export function contains(node: Node, test: Test): boolean {
  if (test(node)) return true;
  return childrenOf(node).some((child) => !isFunction(child) && contains(child, test));
}

export const isYield: Test = ({ type }) => type === "YieldExpression";

/** Whether a match may run after a node, in the same call of its function. When in doubt: true. */
export function mayFollow(module: Module, node: Node, test: Test): boolean {
  const after: Test = (each) => test(each) && startOf(each) >= endOf(node);
  let at = node;
  for (const parent of module.scopes.ancestors(node)) {
    if (isFunction(parent)) return false;
    if (isStatement(at)) {
      const answer = followsStatement(module, parent, at, test);
      if (answer !== undefined) return answer;
    } else if (contains(parent, after) && !isBranch(parent, at)) return true;
    at = parent;
    if (at.type === "ReturnStatement" || at.type === "ThrowStatement") return leaves(module, at, test);
  }
  return false;
}

const isStatement = ({ type }: Node): boolean =>
  type.endsWith("Statement") ||
  type.endsWith("Declaration") ||
  type === "SwitchCase" ||
  type === "CatchClause";

/** Only one of two branches runs; the code after both is checked at an outer level. */
const isBranch = (parent: Node, at: Node): boolean =>
  (parent.type === "ConditionalExpression" || parent.type === "IfStatement") && parent.test !== at;

function followsStatement(module: Module, parent: Node, at: Node, test: Test): boolean | undefined {
  if (isLoop(parent)) return contains(parent, test) ? true : undefined;
  switch (parent.type) {
    case "BlockStatement":
    case "Program":
    case "SwitchCase": {
      const list: readonly Node[] = parent.type === "SwitchCase" ? parent.consequent : parent.body;
      return followsInList(module, list.slice(list.indexOf(at) + 1), test);
    }
    case "SwitchStatement": {
      const cases: readonly Node[] = parent.cases;
      return cases.slice(cases.indexOf(at) + 1).some((each) => contains(each, test)) ? true : undefined;
    }
    case "TryStatement": {
      const rest = at === parent.block ? [parent.handler, parent.finalizer] : [parent.finalizer];
      return rest.some((each) => each !== at && each && contains(each, test)) ? true : undefined;
    }
    default:
      return undefined;
  }
}

function followsInList(module: Module, list: readonly Node[], test: Test): boolean | undefined {
  for (const statement of list) {
    if (contains(statement, test)) return true;
    if (
      ["ReturnStatement", "ThrowStatement", "BreakStatement", "ContinueStatement"].includes(statement.type)
    ) {
      return leaves(module, statement, test);
    }
  }
  return undefined;
}

/** The target of a statement that leaves its block. */
function leaves(module: Module, statement: Node, test: Test): boolean {
  let at = statement;
  for (const parent of module.scopes.ancestors(statement)) {
    if (isFunction(parent)) return false;
    const answer =
      parent.type === "TryStatement"
        ? leavesTry(module, statement, parent, at, test)
        : leavesLoop(module, statement, parent, test);
    if (answer !== undefined) return answer;
    at = parent;
  }
  return false;
}

function leavesTry(
  module: Module,
  statement: Node,
  parent: Of<"TryStatement">,
  at: Node,
  test: Test,
): boolean | undefined {
  const { block, handler, finalizer } = parent;
  if (finalizer && at !== finalizer && contains(finalizer, test)) return true;
  if (statement.type !== "ThrowStatement" || at !== block || !handler) return undefined;
  return contains(handler, test) || mayFollow(module, parent, test);
}

function leavesLoop(module: Module, statement: Node, parent: Node, test: Test): boolean | undefined {
  if (statement.type === "ContinueStatement" && isLoop(parent)) {
    return contains(parent, test) || mayFollow(module, parent, test);
  }
  const isLeft = isLoop(parent) || parent.type === "SwitchStatement";
  return statement.type === "BreakStatement" && isLeft ? mayFollow(module, parent, test) : undefined;
}
