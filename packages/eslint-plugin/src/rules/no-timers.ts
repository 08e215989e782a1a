import { isGlobalUse, usesOf } from "../code/uses.ts";
import type { RuleDefinition } from "../rule.ts";

const GLOBALS = new Set(["setTimeout", "setInterval", "setImmediate", "queueMicrotask", "process.nextTick"]);
const PACKAGES = new Set(["node:timers", "node:timers/promises"]);

export const noTimers: RuleDefinition = {
  description: "Orchestrators must use durable timers: JavaScript timers are lost when the episode ends",
  messages: {
    timer:
      "{{what}} is lost when this episode ends, and starts again on each replay. Use a durable timer: createTimer of the orchestration context.",
  },
  check(orchestration, report) {
    for (const use of usesOf(orchestration)) {
      const isTimer = isGlobalUse(use) ? GLOBALS.has(use.path) : PACKAGES.has(use.origin.package ?? "");
      if (use.call && isTimer) report({ node: use.node, messageId: "timer", data: { what: use.path } });
    }
  },
};
