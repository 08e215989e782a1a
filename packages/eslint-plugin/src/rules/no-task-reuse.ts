import { isLoop, memberName, type Node } from "../code/ast.ts";
import { type Compound, compoundsOf, storedTask } from "../code/compounds.ts";
import { durableCall } from "../code/durable-calls.ts";
import { contains, mayFollow } from "../code/flow.ts";
import type { Orchestration } from "../code/orchestration.ts";
import type { Binding, Scopes } from "../code/scopes.ts";
import type { RuleDefinition } from "../rule.ts";

export const noTaskReuse: RuleDefinition = {
  description: "Use a call in at most one Task.any or Task.all: each further one starts the call again",
  messages: {
    twice:
      "`{{name}}` is used in several Task.any or Task.all calls: the extension starts its call again for each. Use it in one of them, and then yield it alone.",
    loop: "`{{name}}` is raced again in the next iteration: the extension starts its call again each time. Race an event that the call raises, or run fixed groups with Task.all.",
    list: "Each iteration starts the unfinished calls in `{{name}}` again. Run fixed groups with Task.all, or give each call to a sub-orchestration.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    const compounds = compoundsOf(orchestration);
    const earlier = new Map<Binding, Compound[]>();
    for (const compound of compounds) {
      for (const member of compound.members) {
        const stored = storedTask(module, member);
        if (!stored?.call.isCall) continue;
        const before = earlier.get(stored.binding) ?? [];
        const data = { name: stored.binding.name };
        if (isRepeated(orchestration, compound, stored.declarator))
          report({ node: member, messageId: "loop", data });
        else if (before.some((other) => leadsTo(orchestration, other, compound)))
          report({ node: member, messageId: "twice", data });
        earlier.set(stored.binding, [...before, compound]);
      }
      const { list } = compound;
      if (
        list &&
        compound.isRace &&
        isListOfCalls(orchestration, list) &&
        isRepeated(orchestration, compound, list.node)
      ) {
        report({ node: compound.call.node, messageId: "list", data: { name: list.name } });
      }
    }
  },
};

const leadsTo = ({ module }: Orchestration, from: Compound, to: Compound): boolean =>
  mayFollow(module, from.call.node, (node) => node === to.call.node);

/** Whether a loop repeats a compound with a task that was declared outside the loop. */
function isRepeated({ module }: Orchestration, { call }: Compound, declared: Node): boolean {
  const loop = loopsAround(module.scopes, call.node).find(
    (each) => !contains(each, (node) => node === declared),
  );
  if (!loop) return false;
  return mayFollow(module, call.node, (node) => node === loop || node === call.node);
}

const loopsAround = (scopes: Scopes, node: Node): Node[] => {
  const loops: Node[] = [];
  for (const around of scopes.ancestors(node)) {
    if (isLoop(around)) loops.push(around);
    if (/Function/.test(around.type)) break;
  }
  return loops;
};

/** `items.map((item) => callActivity(…))`, from which only finished tasks are removed. */
function isListOfCalls({ module }: Orchestration, list: Binding): boolean {
  const init = list.node.type === "VariableDeclarator" ? list.node.init : undefined;
  if (init?.type !== "CallExpression" || memberName(init.callee) !== "map") return false;
  const [made] = init.arguments;
  if (made?.type !== "ArrowFunctionExpression" || !durableCall(module, made.body)?.isCall) return false;
  return list.references.every((reference) => !isRefilled(module.scopes, reference));
}

/** Whether other tasks may be added to the list. */
function isRefilled(scopes: Scopes, reference: Node): boolean {
  const parent = scopes.parentOf(reference);
  if (parent?.type !== "AssignmentExpression" || parent.left !== reference) return false;
  return !(parent.right.type === "CallExpression" && memberName(parent.right.callee) === "filter");
}
