import type { SeededChange } from "./seeded-change.ts";

/** Faults in steps: missing steps, wrong order, errors without a message. */
export const STEP_CHANGES: readonly SeededChange[] = [
  {
    name: "step dropped: recordPage",
    file: "lane.orchestrator.ts",
    edits: [["yield* df.callActivity(recordPage", "df.callActivity(recordPage"]],
    rule: "no-dropped-task",
  },
  {
    name: "step dropped: drawContactSheet",
    file: "renditions.orchestrator.ts",
    edits: [["yield* df.callActivity(drawContactSheet", "df.callActivity(drawContactSheet"]],
    rule: "no-dropped-task",
  },
  {
    name: "step dropped in a helper generator: withdrawPage",
    file: "price.orchestrator.ts",
    edits: [["yield* df.callActivity(price.withdrawPage", "df.callActivity(price.withdrawPage"]],
    rule: "no-dropped-task",
  },
  {
    name: "step dropped in a local generator: remindApprover",
    file: "refund.orchestrator.ts",
    edits: [["yield* df.callActivity(refund.remindApprover", "df.callActivity(refund.remindApprover"]],
    rule: "no-dropped-task",
  },
  {
    name: "timer dropped",
    file: "line.orchestrator.ts",
    edits: [
      ["yield* df.createTimer(pauseAfter(attempt, retry))", "df.createTimer(pauseAfter(attempt, retry))"],
    ],
    rule: "no-dropped-task",
  },
  {
    name: "result of a step unused and not awaited",
    file: "order.orchestrator.ts",
    edits: [
      [
        "const sent = yield* settled(",
        "const lost = df.callActivity(order.sendConfirmation, mail, MAIL_RETRY);\n  const sent = yield* settled(",
      ],
    ],
    rule: "no-dropped-task",
  },
  {
    name: "yield instead of yield*",
    file: "report.orchestrator.ts",
    edits: [
      ["const file = yield* df.callActivity(writeReport", "const file = yield df.callActivity(writeReport"],
    ],
    rule: "yield-tasks",
  },
  {
    name: "helper generator yielded without the star",
    file: "price.orchestrator.ts",
    edits: [["yield* withdrawPages(df, state, state.undo)", "yield withdrawPages(df, state, state.undo)"]],
    rule: "yield-tasks",
  },
  {
    name: "local generator yielded without the star",
    file: "refund.orchestrator.ts",
    edits: [['return yield* giveBack("approved"', 'return yield giveBack("approved"']],
    rule: "yield-tasks",
  },
  {
    name: "helper generator called but not yielded",
    file: "refund.orchestrator.ts",
    edits: [
      [
        'if (check.isWithinLimit) return yield* giveBack("autoApproved", "policy");',
        'if (check.isWithinLimit) giveBack("autoApproved", "policy");',
      ],
    ],
    rule: "no-dropped-task",
  },
  {
    name: "undo pushed after its step: reserveStock",
    file: "order.orchestrator.ts",
    edits: [
      ["    undo.push(order.releaseStock, { orderId });\n", ""],
      [
        '    if (stock.kind !== "reserved")',
        '    undo.push(order.releaseStock, { orderId });\n    if (stock.kind !== "reserved")',
      ],
    ],
    rule: "undo-before-step",
  },
  {
    name: "undo pushed after its step: chargePayment",
    file: "order.orchestrator.ts",
    edits: [
      ["    undo.push(order.refundPayment, { orderId });\n", ""],
      [
        '    if (charged.kind !== "charged")',
        '    undo.push(order.refundPayment, { orderId });\n    if (charged.kind !== "charged")',
      ],
    ],
    rule: "undo-before-step",
  },
  {
    name: "undo pushed after its step: bookShipment",
    file: "order.orchestrator.ts",
    edits: [
      ["    undo.push(order.cancelShipment, { orderId });\n", ""],
      [
        '    if (booked.kind !== "booked")',
        '    undo.push(order.cancelShipment, { orderId });\n    if (booked.kind !== "booked")',
      ],
    ],
    rule: "undo-before-step",
  },
  {
    name: "string thrown",
    file: "price.orchestrator.ts",
    edits: [['throw new Error("The price list was replaced")', 'throw "The price list was replaced"']],
    rule: "throw-errors",
  },
  {
    name: "object thrown",
    file: "price.orchestrator.ts",
    edits: [["throw new Error(state.fault)", "throw { message: state.fault }"]],
    rule: "throw-errors",
  },
  {
    name: "string as the input of the next execution",
    file: "individual-lines.orchestrator.ts",
    edits: [
      [
        "df.continueAsNew({ ...input, from: from + atOnce, tally })",
        "df.continueAsNew(JSON.stringify({ ...input, tally }) as never)",
      ],
    ],
    rule: "continue-as-new-objects",
  },
];
