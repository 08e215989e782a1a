import { isFunction, type Node } from "../code/ast.ts";
import type { Module } from "../code/module.ts";
import { asksReplaying } from "../code/replaying.ts";
import type { RuleDefinition } from "../rule.ts";

export const noReplayBranch: RuleDefinition = {
  description: "Orchestrators do the same steps whether they replay or not: isReplaying is for log lines",
  messages: {
    branch:
      "This step runs only on one side of isReplaying, so a replay misses it and the instance fails as non-deterministic. Take it out of the branch.",
  },
  check(orchestration, report) {
    for (const node of orchestration.all("YieldExpression")) {
      if (
        orchestration.isDelegated(orchestration.module.scopes.functionAround(node)) &&
        isBranched(orchestration.module, node)
      ) {
        report({ node, messageId: "branch" });
      }
    }
  },
};

function isBranched(module: Module, node: Node): boolean {
  let at = node;
  for (const parent of module.scopes.ancestors(node)) {
    if (isFunction(parent)) return false;
    if (parent.type === "IfStatement" || parent.type === "ConditionalExpression") {
      if (parent.test !== at && asksReplaying(module, parent.test)) return true;
    } else if (
      parent.type === "LogicalExpression" &&
      parent.right === at &&
      asksReplaying(module, parent.left)
    ) {
      return true;
    }
    at = parent;
  }
  return false;
}
