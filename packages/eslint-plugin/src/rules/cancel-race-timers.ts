import { isLoop, memberName, type Node } from "../code/ast.ts";
import { type Compound, compoundsOf, type StoredTask, storedTask } from "../code/compounds.ts";
import { durableCall } from "../code/durable-calls.ts";
import { timerLength } from "../code/durations.ts";
import { contains } from "../code/flow.ts";
import type { Module } from "../code/module.ts";
import type { Orchestration } from "../code/orchestration.ts";
import type { RuleDefinition } from "../rule.ts";

export const cancelRaceTimers: RuleDefinition = {
  description: "A timer that loses its race must be cancelled: the instance stays Running until it fires",
  messages: {
    never:
      "`{{name}}` is never cancelled: if it loses the race, the instance stays Running until it fires. Call `{{name}}.cancel()` when another task wins.",
    inline:
      "This timer cannot be cancelled: if it loses the race, the instance stays Running until it fires. Store it in a constant, and cancel it when another task wins.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    const races = compoundsOf(orchestration).filter(({ isRace, call }) => isRace && call.layer === "sdk");
    const seen = new Set<Node>();
    for (const race of races) {
      if (race.members.length < 2) continue;
      for (const member of race.members) {
        const stored = storedTask(module, member);
        const timer = stored?.call ?? durableCall(module, member);
        if (timer?.method !== "createTimer" || seen.has(timer.node) || firesAtOnce(module, timer.node))
          continue;
        seen.add(timer.node);
        if (!stored) report({ node: timer.node, messageId: "inline" });
        else if (isForgotten(orchestration, stored, race)) {
          report({ node: timer.node, messageId: "never", data: { name: stored.binding.name } });
        }
      }
    }
  },
};

const firesAtOnce = (module: Module, timer: Node): boolean => timerLength(module, timer) === 0;

/** Whether a timer is only raced and compared with the winner. */
function isForgotten(
  { module }: Orchestration,
  { binding, declarator }: StoredTask,
  race: Compound,
): boolean {
  const { scopes } = module;
  for (const around of scopes.ancestors(race.call.node)) {
    // Raced until it fires: the loop may have no other exit.
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
