import { type RuleCases, sdk, typed } from "./case.ts";

/** Rules about values that differ on replay. */
export const values: Readonly<Record<string, RuleCases>> = {
  "no-clock": {
    valid: [
      sdk("const now = context.df.currentUtcDateTime; yield context.df.createTimer(now);"),
      sdk(
        "const due = new Date(context.df.currentUtcDateTime.getTime() + 1000); yield context.df.createTimer(due);",
      ),
      // Outside orchestrators.
      `import * as df from "durable-functions"; df.app.activity("a", { handler: () => Date.now() });`,
      sdk("yield context.df.callActivity('a');", "const startedAt = Date.now(); export { startedAt };"),
      sdk("return later(1);", "const later = (n) => n; const clock = () => Date.now(); export { clock };"),
      // A local name shadows the global.
      sdk("const Date = { now: () => 1 }; return Date.now();"),
      sdk("return Date.parse('2030-01-01') + Date.UTC(2030, 1);"),
      sdk("return DateTime.fromJSDate(context.df.currentUtcDateTime);", `import { DateTime } from "luxon";`),
      sdk("return moment(context.df.currentUtcDateTime);", `import moment from "moment";`),
      `const schedule = () => new Date(); export default schedule;`,
    ],
    invalid: [
      {
        code: sdk("const at = Date.now(); return at;"),
        errors: ["clock"],
        output: sdk("const at = context.df.currentUtcDateTime.getTime(); return at;"),
      },
      {
        code: sdk("const at = new Date(); return at;"),
        errors: ["clock"],
        output: sdk("const at = new Date(context.df.currentUtcDateTime); return at;"),
      },
      {
        code: sdk("return new Date().toISOString();"),
        errors: ["clock"],
        output: sdk("return context.df.currentUtcDateTime.toISOString();"),
      },
      {
        code: typed("yield* df.callActivity(a, { at: Date.now() });"),
        errors: ["clock"],
        output: typed("yield* df.callActivity(a, { at: df.currentUtcDateTime.getTime() });"),
      },
      {
        code: sdk(
          "return [Date(), performance.now(), process.hrtime.bigint(), globalThis.performance.now()];",
        ),
        errors: ["clock", "clock", "clock", "clock"],
      },
      {
        code: sdk("return performance.now();", `import { performance } from "node:perf_hooks";`),
        errors: ["clock"],
      },
      { code: sdk("return DateTime.now();", `import { DateTime } from "luxon";`), errors: ["clock"] },
      {
        code: sdk("return [moment(), moment.utc()];", `import moment from "moment";`),
        errors: ["clock", "clock"],
      },
      {
        code: sdk("return isPast(context.df.getInput());", `import { isPast } from "date-fns";`),
        errors: ["clock"],
      },
      // Through another name.
      {
        code: sdk("const { now } = Date; return now();"),
        errors: ["clock"],
        output: sdk("const { now } = Date; return context.df.currentUtcDateTime.getTime();"),
      },
      // In functions that an orchestrator calls in various ways.
      { code: sdk("return stamp();", "function stamp() { return performance.now(); }"), errors: ["clock"] },
      { code: sdk("return [1].map(stamp);", "const stamp = () => performance.now();"), errors: ["clock"] },
      {
        code: sdk("return new Clock().read();", "class Clock { read() { return performance.now(); } }"),
        errors: ["clock"],
      },
      {
        code: sdk("return clocks.wall();", "const clocks = { wall: () => performance.now() };"),
        errors: ["clock"],
      },
      {
        code: sdk(
          "yield* pause(context);",
          "function* pause(context) { yield context.df.createTimer(new Date(performance.now())); }",
        ),
        errors: ["clock"],
      },
      // With each form of registration.
      {
        code: `const { app } = require("durable-functions"); app.orchestration("x", { handler: function* () { return performance.now(); } });`,
        errors: ["clock"],
      },
      {
        code: `const df = require("durable-functions"); const run = function* () { return performance.now(); }; df.app.orchestration("x", run);`,
        errors: ["clock"],
      },
      {
        code: `const df = require("durable-functions"); module.exports = df.orchestrator(function* () { return performance.now(); });`,
        errors: ["clock"],
      },
      {
        code: `import { orchestrator } from "./layer.js"; export const x = orchestrator({}, function* () { return performance.now(); });`,
        errors: ["clock"],
      },
    ],
  },
  "no-timers": {
    valid: [
      sdk("yield context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 1000));"),
      sdk("const setTimeout = (f) => f(); setTimeout(() => 1);"),
      `setTimeout(() => {}, 5);`,
    ],
    invalid: [
      {
        code: sdk("setTimeout(() => {}, 5); setInterval(() => {}, 5); setImmediate(() => {});"),
        errors: ["timer", "timer", "timer"],
      },
      { code: sdk("process.nextTick(() => {}); queueMicrotask(() => {});"), errors: ["timer", "timer"] },
      {
        code: sdk("delay(5);", `import { setTimeout as delay } from "node:timers/promises";`),
        errors: ["timer"],
      },
    ],
  },
  "no-random": {
    valid: [
      sdk("return context.df.newGuid(context.df.instanceId);"),
      sdk(
        "return createHash('sha256').update(context.df.instanceId).digest('hex');",
        `import { createHash } from "node:crypto";`,
      ),
      sdk("return v5('name', v5.URL);", `import { v5 } from "uuid";`),
      sdk("return Math.max(1, 2);"),
    ],
    invalid: [
      { code: sdk("return Math.random();"), errors: ["random"] },
      {
        code: sdk("return crypto.randomUUID();"),
        errors: ["random"],
        output: sdk("return context.df.newGuid(context.df.instanceId);"),
      },
      {
        code: sdk("return id();", `import { v4 as id } from "uuid";`),
        errors: ["random"],
        output: sdk("return context.df.newGuid(context.df.instanceId);", `import { v4 as id } from "uuid";`),
      },
      {
        code: typed("return randomUUID();", `import { randomUUID } from "node:crypto";`),
        errors: ["random"],
      },
      {
        code: sdk(
          "return [nanoid(), randomBytes(8)];",
          `import { nanoid } from "nanoid"; import { randomBytes } from "crypto";`,
        ),
        errors: ["random", "random"],
      },
      { code: sdk("return require('crypto').randomInt(5);"), errors: ["random"] },
    ],
  },
};
