import { isFunction, type Node, unwrap } from "../code/ast.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { valueOf } from "../code/values.ts";
import type { Problem, RuleDefinition } from "../rule.ts";

export const throwErrors: RuleDefinition = {
  description:
    "Orchestrators must throw Error objects: the SDK loses the message of other values, and `throw undefined` hangs",
  messages: {
    literal:
      "The thrown value is not an Error, so the instance fails without a message, or hangs. Throw `new Error(…)`.",
    error: "Wrap it in `new Error(…)`",
  },
  hasSuggestions: true,
  check(orchestration, report) {
    for (const { argument } of orchestration.all("ThrowStatement")) {
      if (!isNoError(orchestration, argument) || isCaught(orchestration, argument)) continue;
      report({ node: argument, messageId: "literal", suggest: suggestion(orchestration, argument) });
    }
  },
};

function isNoError({ module }: Orchestration, thrown: Node): boolean {
  const node = valueOf(module, thrown)?.node ?? unwrap(thrown);
  switch (node.type) {
    case "Literal":
    case "TemplateLiteral":
    case "ObjectExpression":
    case "ArrayExpression":
    case "BinaryExpression":
      return true;
    case "Identifier":
      return node.name === "undefined" && module.scopes.bindingOf(node) === undefined;
    default:
      return false;
  }
}

/** If the same function catches it, the SDK never receives the value. */
function isCaught({ module }: Orchestration, node: Node): boolean {
  let at = node;
  for (const parent of module.scopes.ancestors(node)) {
    if (isFunction(parent)) return false;
    if (parent.type === "TryStatement" && parent.block === at && parent.handler) return true;
    at = parent;
  }
  return false;
}

function suggestion({ module }: Orchestration, node: Node): Problem["suggest"] {
  const isText =
    (node.type === "Literal" && typeof node.value === "string") || node.type === "TemplateLiteral";
  if (!isText) return undefined;
  const text = module.textOf(node);
  return { messageId: "error", fix: (fixer) => fixer.replaceText(node, `new Error(${text})`) };
}
