import { isFunction, type Node } from "../code/ast.ts";
import type { Module } from "../code/module.ts";
import { testsReplaying } from "../code/replaying.ts";
import type { RuleDefinition } from "../rule.ts";

export const noReplayBranch: RuleDefinition = {
  description: "Orchestrators must run the same steps on every replay: use isReplaying only for log lines",
  messages: {
    branch:
      "This step depends on isReplaying, so a replay skips it and the instance fails as non-deterministic. Move it out of the condition.",
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
      if (parent.test !== at && testsReplaying(module, parent.test)) return true;
    } else if (
      parent.type === "LogicalExpression" &&
      parent.right === at &&
      testsReplaying(module, parent.left)
    ) {
      return true;
    }
    at = parent;
  }
  return false;
}
