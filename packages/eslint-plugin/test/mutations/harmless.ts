import type { Mutation } from "./mutation.ts";

/** Harmless changes, which no rule may report. */
export const HARMLESS: readonly Mutation[] = [
  { name: "nothing changed", file: "order.orchestrator.ts", edits: [] },
  {
    name: "variable renamed",
    file: "report.orchestrator.ts",
    edits: [
      ["let step = 0;", "let part = 0;"],
      [
        "{ ...report, step }, STORAGE_RETRY);\n  while",
        "{ ...report, step: part }, STORAGE_RETRY);\n  while",
      ],
      [
        "    step += 1;\n    added = yield* df.callActivity(addUpSales, { ...report, step }",
        "    part += 1;\n    added = yield* df.callActivity(addUpSales, { ...report, step: part }",
      ],
      ["lastStep: step", "lastStep: part"],
    ],
  },
  {
    name: "log line changed",
    file: "order.orchestrator.ts",
    edits: [['df.log.error("confirmationNotSent")', 'df.log.warn("mailNotSent")']],
  },
  {
    name: "text changed",
    file: "price.orchestrator.ts",
    edits: [['"The price list was replaced"', '"Somebody replaced the price list"']],
  },
  {
    name: "step added",
    file: "renditions.orchestrator.ts",
    edits: [
      [
        "yield* df.callActivity(drawContactSheet, rendering, STORAGE_RETRY);",
        "yield* df.callActivity(drawContactSheet, rendering, STORAGE_RETRY);\n  yield* df.callActivity(drawContactSheet, rendering, STORAGE_RETRY);",
      ],
    ],
  },
  {
    name: "clock in a function that only an HTTP function calls",
    file: "order.restart.ts",
    edits: [
      [
        "const calls = formerCalls(run);",
        "const calls = formerCalls(run);\n  console.log(new Date(), Math.random());",
      ],
    ],
  },
  {
    name: "guarded log line on the plain SDK",
    file: "order-chaining.ts",
    edits: [
      ["let parcel: string;", "if (!context.df.isReplaying) context.log(total);\n  let parcel: string;"],
    ],
  },
];
