import type { Node } from "../code/ast.ts";
import { compoundsOf, heldTask } from "../code/compounds.ts";
import { DAY_MS, timerLength } from "../code/durations.ts";
import type { RuleDefinition } from "../rule.ts";

const LONGEST_DAYS = 6;

export const noLongRace: RuleDefinition = {
  description:
    "A timer in a race runs six days at most: a longer one that loses fails the instance on Azure Storage",
  messages: {
    long: "A timer of {{days}} days in a race: if another task wins after the third day, the instance fails as non-deterministic. Race timers of three days at most, one after the other.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    const seen = new Set<Node>();
    for (const { isRace, call, members } of compoundsOf(orchestration)) {
      if (!isRace || call.layer !== "sdk" || members.length < 2) continue;
      for (const member of members) {
        const timer = heldTask(module, member)?.call.node ?? member;
        const length = timerLength(module, timer);
        if (length === undefined || length <= LONGEST_DAYS * DAY_MS || seen.has(timer)) continue;
        seen.add(timer);
        report({ node: timer, messageId: "long", data: { days: String(Math.round(length / DAY_MS)) } });
      }
    }
  },
};
