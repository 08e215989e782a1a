import { type RuleCases, sdk, typed } from "./case.ts";

/** Rules about thrown values, continueAsNew inputs, retries and undos. */
export const calls: Readonly<Record<string, RuleCases>> = {
  "throw-errors": {
    valid: [
      sdk("throw new Error('a');"),
      sdk("try { yield context.df.callActivity('a'); } catch (error) { throw error; }"),
      sdk("throw failure('a');", "const failure = (text) => new Error(text);"),
      // The same function catches the value.
      sdk("try { throw 'skip'; } catch { return 1; }"),
      `export function f() { throw "a"; }`,
    ],
    invalid: [
      {
        code: sdk("throw 'a';"),
        errors: ["literal"],
        suggestion: { id: "error", output: sdk("throw new Error('a');") },
      },
      {
        code: sdk("throw `no ${context.df.instanceId}`;"),
        errors: ["literal"],
        suggestion: { id: "error", output: sdk("throw new Error(`no ${context.df.instanceId}`);") },
      },
      { code: sdk("throw { message: 'a' };"), errors: ["literal"] },
      { code: sdk("throw undefined;"), errors: ["literal"] },
      { code: sdk("throw 'a' + 1;"), errors: ["literal"] },
      { code: sdk("throw REASON;", "const REASON = 'a';"), errors: ["literal"] },
    ],
  },
  "continue-as-new-objects": {
    valid: [
      sdk("context.df.continueAsNew({ page: 2 });"),
      sdk("context.df.continueAsNew(context.df.getInput());"),
      sdk("let n = 1; n++; context.df.continueAsNew(n);"),
      typed("yield* df.callActivity(a, {}); return df.continueAsNew({ ...input, page: 2 });"),
    ],
    invalid: [
      { code: sdk("context.df.continueAsNew('next');"), errors: ["text"] },
      { code: sdk("context.df.continueAsNew(`page ${1}`);"), errors: ["text"] },
      { code: sdk("context.df.continueAsNew(JSON.stringify({ page: 2 }));"), errors: ["text"] },
      {
        code: sdk("context.df.continueAsNew(context.df.currentUtcDateTime.toISOString());"),
        errors: ["text"],
      },
      { code: sdk("context.df.continueAsNew('page ' + 2);"), errors: ["text"] },
      { code: sdk("context.df.continueAsNew(NEXT);", "const NEXT = 'next';"), errors: ["text"] },
    ],
  },
  "retry-in-milliseconds": {
    valid: [
      `import * as df from "durable-functions"; export const retry = new df.RetryOptions(5_000, 3); retry.maxRetryIntervalInMilliseconds = 60_000;`,
      `import { RetryOptions } from "durable-functions"; export const retry = new RetryOptions(100, 5);`,
      `import { RetryOptions } from "durable-functions"; export const make = (ms, tries) => new RetryOptions(ms, tries);`,
      // The policy of a typed layer has units; other classes have other units.
      `export const RETRY = { maxAttempts: 5, firstInterval: { seconds: 2 } };`,
      `import { RetryOptions } from "./own.js"; export const retry = new RetryOptions(5, 3);`,
    ],
    invalid: [
      {
        code: `import * as df from "durable-functions"; export const retry = new df.RetryOptions(5, 3);`,
        errors: ["unit"],
      },
      {
        code: `const { RetryOptions } = require("durable-functions"); const SECONDS = 5; module.exports = new RetryOptions(SECONDS, 3);`,
        errors: ["unit"],
      },
      {
        code: `import * as df from "durable-functions"; export const retry = new df.RetryOptions(5000, 3); retry.maxRetryIntervalInMilliseconds = 60;`,
        errors: ["unit"],
      },
      {
        code: `import * as df from "durable-functions"; export const retry = new df.RetryOptions({ seconds: 5 }, 3);`,
        errors: ["object"],
      },
      {
        code: `import * as df from "durable-functions"; export const retry = new df.RetryOptions(3, 5000);`,
        errors: ["unit", "attempts"],
      },
      {
        code: `import * as df from "durable-functions"; export const retry = new df.RetryOptions(5000, 0);`,
        errors: ["attempts"],
      },
    ],
  },
  "undo-before-step": {
    valid: [
      typed(
        "const undo = new UndoStack(); undo.push(release, {}); const stock = yield* df.callActivity(reserve, {}); if (!stock) throw undo.refused(stock); undo.push(refund, {}); yield* df.callActivity(charge, {});",
      ),
      // Two undos before the step that they belong to.
      typed(
        "const undo = new UndoStack(); yield* df.callActivity(look, {}); undo.push(a, {}); undo.push(b, {}); yield* df.callActivity(reserve, {});",
      ),
      // The undo uses the result of its step.
      typed(
        "const undo = new UndoStack(); const { id } = yield* df.callActivity(reserve, {}); undo.push(release, { id });",
      ),
      sdk("const before = []; const price = yield context.df.callActivity('setPrice'); before.push(price);"),
      sdk("const names = new List(); yield context.df.callActivity('a'); names.push('a');"),
    ],
    invalid: [
      {
        code: typed(
          "const undo = new UndoStack(); yield* df.callActivity(reserve, {}); undo.push(release, {});",
        ),
        errors: ["late"],
      },
      {
        code: typed(
          "const undo = new UndoStack(); { const stock = yield* df.callActivity(reserve, {}); undo.push(release, {}); if (!stock) throw undo.refused(stock); undo.push(refund, {}); yield* df.callActivity(charge, {}); }",
        ),
        errors: ["late"],
      },
      {
        code: sdk(
          "const compensations = new Compensations(); yield context.df.callActivity('reserve'); compensations.add('release');",
        ),
        errors: ["late"],
      },
    ],
  },
};
