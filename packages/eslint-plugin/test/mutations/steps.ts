import type { Mutation } from "./mutation.ts";

/** Faults of steps: lost ones, wrong order, errors that say nothing. */
export const STEP_MUTATIONS: readonly Mutation[] = [
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
    name: "step dropped in a part: withdrawPage",
    file: "price.orchestrator.ts",
    edits: [["yield* df.callActivity(price.withdrawPage", "df.callActivity(price.withdrawPage"]],
    rule: "no-dropped-task",
  },
  {
    name: "step dropped in a local part: remindApprover",
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
    name: "yield in place of yield*",
    file: "report.orchestrator.ts",
    edits: [
      ["const file = yield* df.callActivity(writeReport", "const file = yield df.callActivity(writeReport"],
    ],
    rule: "yield-tasks",
  },
  {
    name: "part of an orchestrator yielded as it is",
    file: "price.orchestrator.ts",
    edits: [["yield* withdrawPages(df, state, state.undo)", "yield withdrawPages(df, state, state.undo)"]],
    rule: "yield-tasks",
  },
  {
    name: "local part yielded as it is",
    file: "refund.orchestrator.ts",
    edits: [['return yield* giveBack("approved"', 'return yield giveBack("approved"']],
    rule: "yield-tasks",
  },
  {
    name: "part of an orchestrator called and dropped",
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
    name: "text thrown",
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
    name: "text for the next execution",
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
