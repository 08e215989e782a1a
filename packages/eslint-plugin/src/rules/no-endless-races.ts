import { isFunction, isLoop, memberName, type Node } from "../code/ast.ts";
import { compoundsOf, heldTask } from "../code/compounds.ts";
import { DAY_MS, timerLength } from "../code/durations.ts";
import { contains, isYield, mayFollow } from "../code/flow.ts";
import type { Orchestration } from "../code/orchestration.ts";
import type { RuleDefinition } from "../rule.ts";

/** With shorter ones, events would have to win without a pause for days. */
const SHORTEST_MS = DAY_MS;

export const noEndlessRaces: RuleDefinition = {
  description:
    "Between two races there is a real wait: without one, timers run ahead of the extension after six days",
  messages: {
    races:
      "When events win these races for six days, the extension and the SDK disagree on the timers: events are lost, or the instance fails. After a race that an event has won, wait for something real, such as a timer that is due at once.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    for (const { isRace, call, members } of compoundsOf(orchestration)) {
      if (!isRace || call.layer !== "sdk") continue;
      const loop = loopAround(orchestration, call.node);
      if (!loop || !isEndless(loop) || hasRealWait(loop, call.node)) continue;
      for (const member of members) {
        const held = heldTask(module, member);
        const length = held && timerLength(module, held.call.node);
        if (!held || length === undefined || length < SHORTEST_MS) continue;
        if (!contains(loop, (node) => node === held.declarator)) continue;
        // Only a race that another task has won is a problem: the code says so by cancelling the timer.
        const cancels = held.binding.references.filter((reference) => isCancelled(orchestration, reference));
        if (
          cancels.some((cancel) => mayFollow(module, cancel, (node) => node === loop || node === call.node))
        ) {
          report({ node: call.node, messageId: "races" });
        }
      }
    }
  },
};

function loopAround({ module }: Orchestration, node: Node): Node | undefined {
  for (const around of module.scopes.ancestors(node)) {
    if (isFunction(around)) return undefined;
    if (isLoop(around)) return around;
  }
  return undefined;
}

/** A loop over a list, or with a counter, ends by itself. */
const isEndless = (loop: Node): boolean =>
  loop.type === "WhileStatement" ||
  loop.type === "DoWhileStatement" ||
  (loop.type === "ForStatement" && !loop.update);

/** Whether something else is yielded in the loop; what it is may be real. */
const hasRealWait = (loop: Node, race: Node): boolean =>
  contains(loop, (node) => isYield(node) && !contains(node, (each) => each === race));

function isCancelled({ module }: Orchestration, reference: Node): boolean {
  const parent = module.scopes.parentOf(reference);
  return parent !== undefined && memberName(parent) === "cancel";
}
