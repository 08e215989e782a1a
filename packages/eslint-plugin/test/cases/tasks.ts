import { type RuleCases, sdk, typed } from "./case.ts";

/** Rules about how tasks are used. */
export const tasks: Readonly<Record<string, RuleCases>> = {
  "no-dropped-task": {
    valid: [
      sdk("yield context.df.callActivity('a');"),
      sdk("const task = context.df.callActivity('a'); yield task;"),
      sdk("const tasks = []; tasks.push(context.df.callActivity('a')); yield context.df.Task.all(tasks);"),
      sdk("const tasks = [1].map((n) => context.df.callActivity('a', n)); yield context.df.Task.all(tasks);"),
      sdk(
        "const task = context.df.callActivity('a'); const w = yield context.df.Task.any([task]); if (w === task) return task.result;",
      ),
      sdk(
        "context.df.signalEntity(id, 'add', 1); context.df.setCustomStatus('a'); context.df.continueAsNew({});",
      ),
      sdk("return context.df.callActivity('a');"),
      // As in a sample of the SDK: a timer that is only cancelled does no harm.
      sdk(
        "const t = context.df.createTimer(new Date(0)); yield context.df.callActivity('a'); if (!t.isCompleted) t.cancel();",
      ),
      sdk("const task = context.df.callActivity('a'); wait(task);", "function wait(task) { return task; }"),
      typed("yield* df.callActivity(a, {}); const [x] = yield* df.all([df.callActivity(b, {})]); return x;"),
      typed("const step = df.callActivity(a, {}); return yield* step;"),
      typed("return yield* settled(df.callActivity(a, {}));"),
      sdk("yield* part(context);", "function* part(context) { yield context.df.callActivity('a'); }"),
      sdk(
        "for (const page of pages()) yield context.df.callActivity('a', page);",
        "function* pages() { yield 1; yield 2; }",
      ),
      sdk("return [...pages()];", "function* pages() { yield 1; }"),
      // Not an orchestration context.
      `const df = { callActivity() {} }; export function f() { df.callActivity("a"); }`,
    ],
    invalid: [
      {
        code: sdk("context.df.callActivity('a');"),
        errors: ["dropped"],
        suggestion: { id: "yield", output: sdk("yield context.df.callActivity('a');") },
      },
      {
        code: typed("df.callActivity(a, {}); yield* df.callActivity(b, {});"),
        errors: ["dropped"],
        suggestion: {
          id: "yield",
          output: typed("yield* df.callActivity(a, {}); yield* df.callActivity(b, {});"),
        },
      },
      { code: sdk("[1].forEach((n) => context.df.callActivity('a', n));"), errors: ["dropped"] },
      { code: sdk("context.df.getInput() && context.df.callActivity('a');"), errors: ["dropped"] },
      {
        code: sdk("context.df.createTimer(new Date(0));"),
        errors: ["dropped"],
        suggestion: { id: "yield", output: sdk("yield context.df.createTimer(new Date(0));") },
      },
      {
        code: typed("const step = df.callActivity(a, {}); yield* df.callActivity(b, {});"),
        errors: ["unused"],
        suggestion: {
          id: "yield",
          output: typed("const step = yield* df.callActivity(a, {}); yield* df.callActivity(b, {});"),
        },
      },
      {
        code: sdk("const task = context.df.callActivity('a');"),
        errors: ["unused"],
        suggestion: { id: "yield", output: sdk("const task = yield context.df.callActivity('a');") },
      },
      {
        code: sdk(
          "const order = context.df.callActivity('a'); yield context.df.callActivity('b', order.total);",
        ),
        errors: ["value"],
      },
      {
        code: sdk("const order = context.df.callActivity('a'); yield context.df.callActivity('b', order);"),
        errors: ["value"],
      },
      {
        code: sdk("const order = context.df.callActivity('a'); return `order ${order}`;"),
        errors: ["value"],
      },
      {
        code: sdk("part(context);", "function* part(context) { yield context.df.callActivity('a'); }"),
        errors: ["generator"],
        suggestion: {
          id: "yield",
          output: sdk(
            "yield* part(context);",
            "function* part(context) { yield context.df.callActivity('a'); }",
          ),
        },
      },
      {
        code: sdk(
          "yield* part(context);",
          "function* part({ df }) { df.callActivity('a'); yield df.callActivity('b'); }",
        ),
        errors: ["dropped"],
        suggestion: {
          id: "yield",
          output: sdk(
            "yield* part(context);",
            "function* part({ df }) { yield df.callActivity('a'); yield df.callActivity('b'); }",
          ),
        },
      },
    ],
  },
  "yield-tasks": {
    valid: [
      sdk("yield context.df.callActivity('a'); yield context.df.Task.all([]); yield context.df.lock(id);"),
      sdk(
        "const task = pick(context); yield task;",
        "function pick(context) { return context.df.callActivity('a'); }",
      ),
      sdk("const tasks = [context.df.callActivity('a')]; yield tasks[0];"),
      sdk("return [...names()];", "function* names() { yield 'a'; yield 5; }"),
      typed("yield* df.callActivity(a, {});"),
      // A wrapper may accept other yielded values.
      `import { orchestrator } from "./effects.js"; export const x = orchestrator({}, function* () { yield { type: "call" }; });`,
    ],
    invalid: [
      {
        code: sdk("yield 5; yield 'a'; yield { a: 1 }; yield `a`; yield 1 + 2;"),
        errors: ["value", "value", "value", "value", "value"],
      },
      { code: sdk("yield;"), errors: ["nothing"] },
      { code: sdk("yield [context.df.callActivity('a')];"), errors: ["array"] },
      { code: sdk("const tasks = [context.df.callActivity('a')]; yield tasks;"), errors: ["array"] },
      {
        code: sdk("yield context.df.signalEntity(id, 'add');"),
        errors: ["atOnce"],
        suggestion: { id: "noYield", output: sdk("context.df.signalEntity(id, 'add');") },
      },
      {
        code: sdk("yield context.df.continueAsNew({});"),
        errors: ["atOnce"],
        suggestion: { id: "noYield", output: sdk("context.df.continueAsNew({});") },
      },
      { code: sdk("yield context.df.currentUtcDateTime;"), errors: ["value"] },
      {
        code: sdk(
          "yield fetch('https://example.com'); yield Promise.all([]); yield load();",
          "async function load() {}",
        ),
        errors: ["promise", "promise", "promise"],
      },
      {
        code: sdk("yield part(context);", "function* part(context) { yield context.df.callActivity('a'); }"),
        errors: ["generator"],
        suggestion: {
          id: "star",
          output: sdk(
            "yield* part(context);",
            "function* part(context) { yield context.df.callActivity('a'); }",
          ),
        },
      },
      {
        code: typed("yield df.callActivity(a, {}); yield* df.callActivity(b, {});"),
        errors: ["step"],
        suggestion: {
          id: "star",
          output: typed("yield* df.callActivity(a, {}); yield* df.callActivity(b, {});"),
        },
      },
    ],
  },
  "no-task-reuse": {
    valid: [
      sdk(
        "const a = context.df.callActivity('a'); const w = yield context.df.Task.any([a, context.df.callActivity('b')]); if (w !== a) yield a;",
      ),
      sdk(
        "const a = context.df.callActivity('a'); if (context.df.getInput()) return yield context.df.Task.any([a]); return yield context.df.Task.all([a]);",
      ),
      sdk(
        "for (const n of [1]) { const a = context.df.callActivity('a', n); yield context.df.Task.all([a]); }",
      ),
      // Events have no id. Many public programs race the same deadline timer repeatedly.
      sdk("const e = context.df.waitForExternalEvent('e'); for (;;) { yield context.df.Task.any([e]); }"),
      sdk(
        "for (const group of groups) { const tasks = group.map((n) => context.df.callActivity('a', n)); yield context.df.Task.all(tasks); }",
        "const groups = [[1]];",
      ),
    ],
    invalid: [
      {
        code: sdk(
          "const a = context.df.callActivity('a'); yield context.df.Task.any([a, context.df.callActivity('b')]); yield context.df.Task.all([a]);",
        ),
        errors: ["twice"],
      },
      {
        code: sdk(
          "const a = context.df.callActivity('a'); for (;;) { const w = yield context.df.Task.any([a, context.df.waitForExternalEvent('e')]); if (w === a) return; }",
        ),
        errors: ["loop"],
      },
      {
        code: sdk(
          "let tasks = [1, 2].map((n) => context.df.callActivity('a', n)); while (tasks.length > 0) { const done = yield context.df.Task.any(tasks); tasks = tasks.filter((task) => task !== done); }",
        ),
        errors: ["list"],
      },
    ],
  },
};
