import type { SeededChange } from "./seeded-change.ts";

/** Changes that running instances do not notice. Neither the gate nor the linter may report them. */
export const HARMLESS: readonly SeededChange[] = [
  { name: "nothing changed", file: "order.orchestrator.ts", edits: [] },
  { name: "variable renamed", file: "report.orchestrator.ts", edits: [[/\bfile\b/g, "written"]] },
  { name: "variable of a loop renamed", file: "report.orchestrator.ts", edits: [[/\badded\b/g, "totals"]] },
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
  {
    name: "log line renamed",
    file: "order.orchestrator.ts",
    edits: [['"confirmationNotSent"', '"noConfirmation"']],
  },
  {
    name: "text of a failure changed",
    file: "order.orchestrator.ts",
    edits: [["did not succeed; ${undoing}", "failed; ${undoing}"]],
  },
  {
    name: "progress changed",
    file: "report.orchestrator.ts",
    edits: [["df.setCustomStatus({ percent: 0 });", "df.setCustomStatus({ percent: 1 });"]],
  },
  {
    name: "step added after the last one",
    file: "order.orchestrator.ts",
    edits: [
      [
        /(?= {2}return [^;]*;\n\}\);)/,
        "  yield* df.callActivity(order.priceOrder, { lines }, STEP_RETRY);\n",
      ],
    ],
  },
  {
    name: "step added for a new version only",
    file: "order.orchestrator.ts",
    edits: [
      [
        'begin("reserveStock");',
        'if (df.isSince("9.0")) yield* df.callActivity(order.priceOrder, { lines }, STEP_RETRY);\n    begin("reserveStock");',
      ],
    ],
  },
];
