import type { SeededChange } from "./seeded-change.ts";

/** Faults in the samples with the plain SDK. */
export const PLAIN_SDK_CHANGES: readonly SeededChange[] = [
  {
    name: "plain SDK: timer of a race not cancelled",
    file: "refund-approval.ts",
    edits: [["    timeout.cancel(); //", "    //"]],
    rule: "cancel-race-timers",
  },
  {
    name: "plain SDK: race of ten days",
    file: "refund-approval.ts",
    edits: [["hours * 3_600_000", "10 * 24 * 3_600_000"]],
    rule: "no-long-race",
  },
  {
    name: "plain SDK: retry in seconds",
    file: "order-chaining.ts",
    edits: [["new df.RetryOptions(5_000, 3)", "new df.RetryOptions(5, 3)"]],
    rule: "retry-in-milliseconds",
  },
  {
    name: "plain SDK: unregistered name",
    file: "image-fan-out.ts",
    edits: [
      ['context.df.callActivityWithRetry("renderPhoto"', 'context.df.callActivityWithRetry("renderFoto"'],
    ],
    rule: "registered-names",
  },
  {
    name: "plain SDK: missing yield, the task used as its result",
    file: "order-chaining.ts",
    edits: [
      ["const total: number = yield context.df.callActivity", "const total = context.df.callActivity"],
      ["return { total, parcel };", "return { parcel };"],
      [
        'callActivityWithRetry("chargePayment", retry, { total, token })',
        'callActivityWithRetry("chargePayment", retry, total)',
      ],
    ],
    rule: "no-dropped-task",
  },
  {
    name: "plain SDK: array of tasks yielded",
    file: "image-fan-out.ts",
    edits: [["yield context.df.Task.all(tasks)", "yield [...tasks]"]],
    rule: "yield-tasks",
  },
  {
    name: "plain SDK: deadline from the clock",
    file: "shipment-monitor.ts",
    edits: [["context.df.currentUtcDateTime.getTime() + 30 * DAY", "Date.now() + 30 * DAY"]],
    rule: "no-clock",
  },
  {
    name: "plain SDK: step that depends on isReplaying",
    file: "shipment-monitor.ts",
    edits: [
      [
        "yield context.df.createTimer(new Date(nextCheck));",
        "if (!context.df.isReplaying) yield context.df.createTimer(new Date(nextCheck));",
      ],
    ],
    rule: "no-replay-branch",
  },
  {
    name: "plain SDK: calls in a sliding window",
    file: "image-fan-out.ts",
    edits: [
      [
        "const sizes: number[] = yield context.df.Task.all(tasks);",
        "const sizes: number[] = [];\n  while (sizes.length < tasks.length) sizes.push((yield context.df.Task.any(tasks)).result);",
      ],
    ],
    rule: "no-task-reuse",
  },
  {
    name: "plain SDK: races without a real wait",
    file: "shipment-monitor.ts",
    edits: [
      [
        "yield context.df.createTimer(new Date(nextCheck));",
        'for (;;) {\n      const due = context.df.createTimer(new Date(context.df.currentUtcDateTime.getTime() + 3 * DAY));\n      const call = context.df.waitForExternalEvent("call");\n      if ((yield context.df.Task.any([call, due])) === due) break;\n      due.cancel();\n    }\n    yield context.df.createTimer(new Date(nextCheck));',
      ],
    ],
    rule: "no-endless-races",
  },
];
