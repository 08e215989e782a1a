import type { Node } from "../code/ast.ts";
import { compoundsOf, storedTask } from "../code/compounds.ts";
import { DAY_MS, timerLength } from "../code/durations.ts";
import type { RuleDefinition } from "../rule.ts";

const LONGEST_DAYS = 6;

export const noLongRace: RuleDefinition = {
  description:
    "A timer in a race must not exceed six days: if a longer one loses, the instance fails on Azure Storage",
  messages: {
    long: "This timer in a race runs for {{days}} days: if another task wins after the third day, the instance fails as non-deterministic. Use several races in sequence, with timers of at most three days.",
  },
  check(orchestration, report) {
    const { module } = orchestration;
    const seen = new Set<Node>();
    for (const { isRace, call, members } of compoundsOf(orchestration)) {
      if (!isRace || call.layer !== "sdk" || members.length < 2) continue;
      for (const member of members) {
        const timer = storedTask(module, member)?.call.node ?? member;
        const length = timerLength(module, timer);
        if (length === undefined || length <= LONGEST_DAYS * DAY_MS || seen.has(timer)) continue;
        seen.add(timer);
        report({ node: timer, messageId: "long", data: { days: String(Math.round(length / DAY_MS)) } });
      }
    }
  },
};
