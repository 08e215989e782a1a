import { memberName, type Node, unwrap } from "../code/ast.ts";
import type { Module } from "../code/module.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { type Binding, isWritten } from "../code/scopes.ts";
import type { RuleDefinition } from "../rule.ts";

const CHANGERS: Readonly<Record<string, ReadonlySet<string>>> = {
  array: new Set(["copyWithin", "fill", "pop", "push", "reverse", "shift", "sort", "splice", "unshift"]),
  Map: new Set(["clear", "delete", "set"]),
  Set: new Set(["add", "clear", "delete"]),
  WeakMap: new Set(["delete", "set"]),
  WeakSet: new Set(["add", "delete"]),
};

export const noModuleState: RuleDefinition = {
  description:
    "Orchestrators must keep state in local variables: all instances and replays share a module's variables",
  messages: {
    state:
      "`{{name}}` is shared by all instances, and each replay changes it again. Keep it inside the orchestrator, or in an entity.",
    undeclared:
      "`{{name}}` is not declared, so it is a global: all instances share it, and each replay changes it again. Declare it with `let` or `const`.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    for (const node of orchestration.all("Identifier")) {
      const binding = module.scopes.bindingOf(node);
      if (!binding) {
        if (isWritten(node, module.scopes))
          report({ node, messageId: "undeclared", data: { name: node.name } });
      } else if (isState(orchestration, binding) && isChanged(orchestration, node, binding)) {
        report({ node, messageId: "state", data: { name: node.name } });
      }
    }
  },
};

const isState = ({ module }: Orchestration, binding: Binding): boolean =>
  module.scopes.isTop(binding) && binding.node.type === "VariableDeclarator";

function isChanged({ module }: Orchestration, identifier: Node, { node }: Binding): boolean {
  const { scopes } = module;
  if (isWritten(identifier, scopes)) return !isFilledOnce(scopes.parentOf(identifier));
  const kind = node.type === "VariableDeclarator" && node.init ? kindOf(unwrap(node.init)) : undefined;
  if (kind === undefined) return false;
  // Also nested members: `totals.sales.count += 1`.
  let target = identifier;
  for (const up of scopes.ancestors(identifier)) {
    if (up.type !== "MemberExpression" || up.object !== target) break;
    target = up;
  }
  const use = scopes.parentOf(target);
  if (!use || target === identifier) return false;
  if (use.type !== "CallExpression") return isChange(use, target);
  return scopes.parentOf(identifier) === target && isChangingCall(module, identifier, target, kind);
}

function isChangingCall(module: Module, identifier: Node, member: Node, kind: string): boolean {
  if (CHANGERS[kind]?.has(memberName(member) ?? "") !== true) return false;
  return !(kind.endsWith("Map") && isMemo(module, identifier));
}

/** `pattern ??= new RegExp(…)` always gives the same value. */
const isFilledOnce = (parent: Node | undefined): boolean =>
  parent?.type === "AssignmentExpression" && ["??=", "||="].includes(parent.operator);

/** A function that reads and fills a map uses it as a cache, and returns the same results without it. */
function isMemo({ scopes }: Module, identifier: Node): boolean {
  const fn = scopes.functionAround(identifier);
  const references = scopes.bindingOf(identifier)?.references ?? [];
  return (
    fn?.generator === false &&
    references.some((reference) => {
      const parent = scopes.parentOf(reference);
      return parent && memberName(parent) === "get" && scopes.functionAround(reference) === fn;
    })
  );
}

function isChange(use: Node, target: Node): boolean {
  if (use.type === "AssignmentExpression") return use.left === target;
  if (use.type === "UpdateExpression") return true;
  return use.type === "UnaryExpression" && use.operator === "delete";
}

/** The initial value of a module's variable whose type can be changed in place. */
function kindOf(init: Node): string | undefined {
  if (init.type === "ArrayExpression") return "array";
  if (init.type === "ObjectExpression") return "object";
  return init.type === "NewExpression" && init.callee.type === "Identifier" ? init.callee.name : undefined;
}
