import { isFunction, isLoop, memberName, type Node } from "../code/ast.ts";
import { compoundsOf, storedTask } from "../code/compounds.ts";
import { DAY_MS, timerLength } from "../code/durations.ts";
import { contains, isYield, mayFollow } from "../code/flow.ts";
import type { Orchestration } from "../code/orchestration.ts";
import type { RuleDefinition } from "../rule.ts";

/** With shorter timers, events would have to win without a pause for days. */
const SHORTEST_MS = DAY_MS;

export const noEndlessRaces: RuleDefinition = {
  description:
    "Between two races there must be a real wait: without it, SDK and extension disagree on timers after six days",
  messages: {
    races:
      "When events win these races for six days, the extension and the SDK disagree on the timers: events are lost, or the instance fails. After an event wins a race, add a real wait, for example for a timer that is due immediately.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    for (const { isRace, call, members } of compoundsOf(orchestration)) {
      if (!isRace || call.layer !== "sdk") continue;
      const loop = loopAround(orchestration, call.node);
      if (!loop || !isEndless(loop) || hasRealWait(loop, call.node)) continue;
      for (const member of members) {
        const stored = storedTask(module, member);
        const length = stored && timerLength(module, stored.call.node);
        if (!stored || length === undefined || length < SHORTEST_MS) continue;
        if (!contains(loop, (node) => node === stored.declarator)) continue;
        // Only a race that another task wins is a problem. The code shows this case by cancelling the timer.
        const cancels = stored.binding.references.filter((reference) =>
          isCancelled(orchestration, reference),
        );
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

/** A loop over a list or with a counter is finite. */
const isEndless = (loop: Node): boolean =>
  loop.type === "WhileStatement" ||
  loop.type === "DoWhileStatement" ||
  (loop.type === "ForStatement" && !loop.update);

/** Whether the loop yields anything else, which may be a real wait. */
const hasRealWait = (loop: Node, race: Node): boolean =>
  contains(loop, (node) => isYield(node) && !contains(node, (each) => each === race));

function isCancelled({ module }: Orchestration, reference: Node): boolean {
  const parent = module.scopes.parentOf(reference);
  return parent !== undefined && memberName(parent) === "cancel";
}
