import { memberName } from "../code/ast.ts";
import type { Orchestration } from "../code/orchestration.ts";
import { isGlobalUse, type Use, usesOf } from "../code/uses.ts";
import type { Change, RuleDefinition } from "../rule.ts";

const GLOBALS = new Set([
  "Date.now",
  "performance.now",
  "process.hrtime",
  "process.hrtime.bigint",
  "process.uptime",
  "Temporal.Now.instant",
  "Temporal.Now.plainDateISO",
  "Temporal.Now.plainDateTimeISO",
  "Temporal.Now.zonedDateTimeISO",
]);
const OF_PACKAGES: Readonly<Record<string, ReadonlySet<string>>> = {
  "node:perf_hooks": new Set(["performance.now"]),
  "node:process": new Set(["hrtime", "hrtime.bigint", "uptime"]),
  luxon: new Set(["DateTime.now"]),
  "date-fns": new Set([
    "formatDistanceToNow",
    "formatDistanceToNowStrict",
    "isFuture",
    "isPast",
    "isThisHour",
    "isThisMonth",
    "isThisWeek",
    "isThisYear",
    "isToday",
    "isTomorrow",
    "isYesterday",
    "startOfToday",
    "startOfTomorrow",
    "endOfToday",
    "endOfTomorrow",
  ]),
};
/** Return the current time only if they are called without arguments. */
const WITHOUT_ARGUMENTS: Readonly<Record<string, ReadonlySet<string>>> = {
  luxon: new Set(["DateTime.local", "DateTime.utc"]),
  moment: new Set(["", "utc"]),
  "moment-timezone": new Set(["", "utc"]),
  dayjs: new Set(["", "utc"]),
};

export const noClock: RuleDefinition = {
  description: "Orchestrators must read the time from the context: the clock differs on each replay",
  messages: {
    clock:
      "{{what}} returns a different time on each replay. Use {{instead}}, which is the same on every replay.",
  },
  fixable: true,
  check(orchestration, report) {
    for (const use of usesOf(orchestration)) {
      if (!use.call || !readsClock(use)) continue;
      const context = orchestration.contextAt(use.node);
      report({
        node: use.node,
        messageId: "clock",
        data: {
          what: textOf(use),
          instead: context
            ? `${context}.currentUtcDateTime`
            : "the orchestration context's currentUtcDateTime",
        },
        fix: context === undefined ? undefined : fixOf(use, context, orchestration),
      });
    }
  },
};

function readsClock({ origin, path, call }: Use): boolean {
  const isBare = call?.arguments.length === 0;
  if (origin.package === undefined) {
    if (path === "Date") return call?.type === "CallExpression" || isBare;
    return GLOBALS.has(path);
  }
  if (OF_PACKAGES[origin.package]?.has(path)) return true;
  return isBare && WITHOUT_ARGUMENTS[origin.package]?.has(path) === true;
}

function textOf(use: Use): string {
  if (isGlobalUse(use) && use.path === "Date")
    return use.call?.type === "NewExpression" ? "new Date()" : "Date()";
  const name = use.path || (use.origin.package ?? "");
  return `${name}()`;
}

/** Only where the meaning is kept: the same type of value, read from the time that is stable on replay. */
function fixOf(use: Use, context: string, { module }: Orchestration): Change | undefined {
  const { node, path } = use;
  if (!isGlobalUse(use)) return undefined;
  const now = `${context}.currentUtcDateTime`;
  if (path === "Date.now") return (fixer) => fixer.replaceText(node, `${now}.getTime()`);
  if (path !== "Date" || use.call?.type !== "NewExpression") return undefined;
  const parent = module.scopes.parentOf(node);
  const isRead = parent?.type === "MemberExpression" && /^(?:get|to|valueOf)/.test(memberName(parent) ?? "");
  // Code may change a date that it created, but must not change the context's date.
  return (fixer) => fixer.replaceText(node, isRead ? now : `new Date(${now})`);
}
