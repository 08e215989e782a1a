import { isLoop, memberName, type Node } from "../code/ast.ts";
import { type Compound, compoundsOf, type HeldTask, heldTask } from "../code/compounds.ts";
import { durableCall } from "../code/durable-calls.ts";
import { timerLength } from "../code/durations.ts";
import { contains } from "../code/flow.ts";
import type { Module } from "../code/module.ts";
import type { Orchestration } from "../code/orchestration.ts";
import type { RuleDefinition } from "../rule.ts";

export const cancelRaceTimers: RuleDefinition = {
  description: "A timer that lost its race is cancelled: until it fires, the instance stays Running",
  messages: {
    never:
      "`{{name}}` is never cancelled: if it loses the race, the instance stays Running until it fires. Call `{{name}}.cancel()` when another task has won.",
    inline:
      "Nobody can cancel this timer: if it loses the race, the instance stays Running until it fires. Keep it in a constant, and cancel it when another task has won.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    const races = compoundsOf(orchestration).filter(({ isRace, call }) => isRace && call.layer === "sdk");
    const seen = new Set<Node>();
    for (const race of races) {
      if (race.members.length < 2) continue;
      for (const member of race.members) {
        const held = heldTask(module, member);
        const timer = held?.call ?? durableCall(module, member);
        if (timer?.method !== "createTimer" || seen.has(timer.node) || firesAtOnce(module, timer.node))
          continue;
        seen.add(timer.node);
        if (!held) report({ node: timer.node, messageId: "inline" });
        else if (isForgotten(orchestration, held, race)) {
          report({ node: timer.node, messageId: "never", data: { name: held.binding.name } });
        }
      }
    }
  },
};

const firesAtOnce = (module: Module, timer: Node): boolean => timerLength(module, timer) === 0;

/** Whether all that is done with a timer is to race it and to compare it with the winner. */
function isForgotten({ module }: Orchestration, { binding, declarator }: HeldTask, race: Compound): boolean {
  const { scopes } = module;
  for (const around of scopes.ancestors(race.call.node)) {
    // Raced until it fires: a loop may end in no other way.
    if (isLoop(around) && !contains(around, (node) => node === declarator)) return false;
    if (/Function/.test(around.type)) break;
  }
  return binding.references.every((reference) => {
    const parent = scopes.parentOf(reference);
    if (parent?.type === "MemberExpression")
      return ["isCompleted", "isFaulted", "isCanceled"].includes(memberName(parent) ?? "");
    if (parent?.type === "BinaryExpression") return true;
    const list = parent?.type === "ArrayExpression" ? scopes.parentOf(parent) : undefined;
    return list === race.call.node;
  });
}
