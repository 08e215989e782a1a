import { isLoop, memberName, type Node } from "../code/ast.ts";
import { type Compound, compoundsOf, heldTask } from "../code/compounds.ts";
import { durableCall } from "../code/durable-calls.ts";
import { contains, mayFollow } from "../code/flow.ts";
import type { Orchestration } from "../code/orchestration.ts";
import type { Binding, Scopes } from "../code/scopes.ts";
import type { RuleDefinition } from "../rule.ts";

export const noTaskReuse: RuleDefinition = {
  description: "A call is in one Task.any or Task.all at most: each further one starts it again",
  messages: {
    twice:
      "`{{name}}` is in another Task.any or Task.all as well: the extension starts its call again for each. Use it in one, and then yield it alone.",
    loop: "`{{name}}` is in this race again in the next turn of the loop: the extension starts its call again each time. Race an event that the call raises, or run fixed groups with Task.all.",
    list: "What is still open in `{{name}}` is started again by each turn of the loop. Run fixed groups with Task.all, or give each call to a sub-orchestration.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    const compounds = compoundsOf(orchestration);
    const earlier = new Map<Binding, Compound[]>();
    for (const compound of compounds) {
      for (const member of compound.members) {
        const held = heldTask(module, member);
        if (!held?.call.isCall) continue;
        const before = earlier.get(held.binding) ?? [];
        const data = { name: held.binding.name };
        if (isRepeated(orchestration, compound, held.declarator))
          report({ node: member, messageId: "loop", data });
        else if (before.some((other) => leadsTo(orchestration, other, compound)))
          report({ node: member, messageId: "twice", data });
        earlier.set(held.binding, [...before, compound]);
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

/** Whether a loop runs a compound again with the task that was declared outside of the loop. */
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

/** `items.map((item) => callActivity(…))`, from which only the finished ones are taken. */
function isListOfCalls({ module }: Orchestration, list: Binding): boolean {
  const init = list.node.type === "VariableDeclarator" ? list.node.init : undefined;
  if (init?.type !== "CallExpression" || memberName(init.callee) !== "map") return false;
  const [made] = init.arguments;
  if (made?.type !== "ArrowFunctionExpression" || !durableCall(module, made.body)?.isCall) return false;
  return list.references.every((reference) => !isRefilled(module.scopes, reference));
}

/** Whether other tasks may come into the list. */
function isRefilled(scopes: Scopes, reference: Node): boolean {
  const parent = scopes.parentOf(reference);
  if (parent?.type !== "AssignmentExpression" || parent.left !== reference) return false;
  return !(parent.right.type === "CallExpression" && memberName(parent.right.callee) === "filter");
}
