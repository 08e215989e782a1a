import { type RuleCases, sdk, typed } from "./case.ts";

const DAY = "24 * 3600 * 1000";
const timer = (days: number | string) =>
  `context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + ${days} * ${DAY}))`;

/** Rules about timers in races. */
export const races: Readonly<Record<string, RuleCases>> = {
  "cancel-race-timers": {
    valid: [
      sdk(
        `const t = ${timer(1)}; const e = context.df.waitForExternalEvent('e'); const w = yield context.df.Task.any([e, t]); if (w === e) t.cancel();`,
      ),
      sdk(`const t = ${timer(1)}; yield t;`),
      sdk(
        `const t = ${timer(1)}; const e = context.df.waitForExternalEvent('e'); yield context.df.Task.any([e, t]); stop(t);`,
        "const stop = (t) => t.cancel();",
      ),
      // Due immediately.
      sdk(
        "yield context.df.Task.any([context.df.waitForExternalEvent('e'), context.df.createTimer(context.df.currentUtcDateTime)]);",
      ),
      // Raced until it fires.
      sdk(
        `const t = ${timer(1)}; for (;;) { const e = context.df.waitForExternalEvent('e'); const w = yield context.df.Task.any([e, t]); if (w === t) return; }`,
      ),
      sdk(
        `const t = ${timer(1)}; const w = yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); if (w !== t) yield t;`,
      ),
      typed("yield* df.race({ due: df.createTimer({ days: 1 }), e: df.waitForExternalEvent(e) });"),
    ],
    invalid: [
      {
        code: sdk(
          `const t = ${timer(1)}; const e = context.df.waitForExternalEvent('e'); const w = yield context.df.Task.any([e, t]); return w === t ? 'late' : e.result;`,
        ),
        errors: ["never"],
      },
      {
        code: sdk(`yield context.df.Task.any([context.df.waitForExternalEvent('e'), ${timer(1)}]);`),
        errors: ["inline"],
      },
    ],
  },
  "no-long-race": {
    valid: [
      sdk(`yield ${timer(30)};`),
      sdk(
        `const t = ${timer(6)}; const w = yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); t.cancel(); return w;`,
      ),
      sdk(
        `const t = ${timer("input.days")}; yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); t.cancel();`,
        "const input = globalThis.input;",
      ),
      typed("yield* df.race({ due: df.createTimer({ days: 30 }), e: df.waitForExternalEvent(e) });"),
    ],
    invalid: [
      {
        code: sdk(
          `const t = ${timer(7)}; yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); t.cancel();`,
        ),
        errors: ["long"],
      },
      {
        code: sdk(
          `const t = ${timer("DAYS")}; yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); t.cancel();`,
          "const WEEKS = 2; const DAYS = 7 * WEEKS;",
        ),
        errors: ["long"],
      },
      {
        code: sdk(
          "const due = DateTime.fromJSDate(context.df.currentUtcDateTime).plus({ weeks: 1 }); const t = context.df.createTimer(due.toJSDate()); yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); t.cancel();",
          `import { DateTime } from "luxon";`,
        ),
        errors: ["long"],
      },
      {
        code: sdk(
          "const due = moment.utc(context.df.currentUtcDateTime).add(10, 'days'); const t = context.df.createTimer(due.toDate()); yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); t.cancel();",
          `import moment from "moment";`,
        ),
        errors: ["long"],
      },
      {
        code: sdk(
          "const due = addDays(context.df.currentUtcDateTime, 8); const t = context.df.createTimer(due); yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); t.cancel();",
          `import { addDays } from "date-fns";`,
        ),
        errors: ["long"],
      },
      {
        code: sdk(
          "const due = new Date(context.df.currentUtcDateTime); due.setDate(due.getDate() + 14); const t = context.df.createTimer(due); yield context.df.Task.any([context.df.waitForExternalEvent('e'), t]); t.cancel();",
        ),
        errors: ["long"],
      },
    ],
  },
  "no-endless-races": {
    valid: [
      // A real wait between the races.
      sdk(
        `for (;;) { const t = ${timer(3)}; const e = context.df.waitForExternalEvent('e'); const w = yield context.df.Task.any([e, t]); if (w === t) return; t.cancel(); yield context.df.createTimer(context.df.currentUtcDateTime); }`,
      ),
      // An event ends the loop; the loop continues only after a timer has fired.
      sdk(
        `for (;;) { const t = ${timer(3)}; const e = context.df.waitForExternalEvent('e'); const w = yield context.df.Task.any([e, t]); if (w === t) continue; t.cancel(); return e.result; }`,
      ),
      sdk(
        `for (let n = 0; n < 2; n++) { const t = ${timer(1)}; const e = context.df.waitForExternalEvent('e'); yield context.df.Task.any([e, t]); t.cancel(); }`,
      ),
      sdk(
        `for (;;) { const t = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 90_000)); const e = context.df.waitForExternalEvent('e'); yield context.df.Task.any([e, t]); t.cancel(); }`,
      ),
    ],
    invalid: [
      {
        code: sdk(
          `for (;;) { const t = ${timer(3)}; const e = context.df.waitForExternalEvent('e'); const w = yield context.df.Task.any([e, t]); if (w === t) return; t.cancel(); }`,
        ),
        errors: ["races"],
      },
      {
        code: sdk(
          `let isOpen = true; while (isOpen) { const t = ${timer(1)}; const e = context.df.waitForExternalEvent('e'); const w = yield context.df.Task.any([e, t]); if (w === e) { t.cancel(); isOpen = e.result; } }`,
        ),
        errors: ["races"],
      },
    ],
  },
};
