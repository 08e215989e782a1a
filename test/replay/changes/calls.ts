import type { SeededChange } from "./seeded-change.ts";

const ORDER = "order.orchestrator.ts";
const REFUND = "refund.orchestrator.ts";
const ALBUM = "renditions.orchestrator.ts";
const LANE = "lane.orchestrator.ts";
const REPORT = "report.orchestrator.ts";
const PARCEL = "shipment.orchestrator.ts";
const LINE = "line.orchestrator.ts";
const RESERVE =
  'const stock =\n      former.reserved ?? (yield* df.callActivity(order.reserveStock, { orderId, lines }, STEP_RETRY));\n    if (stock.kind !== "reserved") throw undo.refused(stock);\n';

/** Changes of calls, their order, their inputs and their times, which the gate must find. */
export const CALL_CHANGES: readonly SeededChange[] = [
  {
    name: "step added",
    file: ORDER,
    edits: [
      [
        'begin("reserveStock");',
        'yield* df.callActivity(order.priceOrder, { lines }, STEP_RETRY);\n    begin("reserveStock");',
      ],
    ],
  },
  { name: "step removed", file: ORDER, edits: [[RESERVE, ""]] },
  {
    name: "steps in another order",
    file: ORDER,
    edits: [
      [RESERVE, ""],
      ['    begin("bookShipment");\n', `    ${RESERVE}    begin("bookShipment");\n`],
    ],
  },
  {
    name: "another activity called",
    file: ORDER,
    edits: [
      [
        "df.callActivity(order.priceOrder, { lines }",
        "df.callActivity(order.reserveStock, { orderId, lines }",
      ],
    ],
  },
  {
    name: "input of an activity changed",
    file: ORDER,
    edits: [["amount: priced.total, token", "amount: { ...priced.total, value: 1 }, token"]],
  },
  {
    name: "input of a sub-orchestration changed",
    file: ALBUM,
    edits: [["page: lane, stride: lanes", "page: lane + 1, stride: lanes"]],
  },
  {
    name: "activity renamed",
    file: "order.contract.ts",
    edits: [['"bookShipment", ', '"bookParcel", ']],
  },
  {
    name: "signals before the point of no return",
    file: ORDER,
    edits: [
      ["  signalTotals(sold);\n", ""],
      [
        "    const { paymentId } = charged;",
        "    signalTotals(sold);\n    yield* df.createTimer({ seconds: 1 });\n    const { paymentId } = charged;",
      ],
    ],
  },
  { name: "missing signals", file: ORDER, edits: [["  signalTotals(sold);\n", ""]] },
  {
    name: "another operation of an entity",
    file: ORDER,
    edits: [
      [
        "df.signalEntity(productSales, sku, kind, part)",
        'df.signalEntity(productSales, sku, "refunded" as never, part)',
      ],
    ],
  },
  {
    name: "refusal without undo",
    file: ORDER,
    edits: [
      [
        'if (charged.kind !== "charged") throw undo.refused(charged);',
        'if (charged.kind !== "charged") return { ...charged, undone: [] } as never;',
      ],
    ],
  },
  { name: "missing undo", file: ORDER, edits: [["    undo.push(order.releaseStock, { orderId });\n", ""]] },
  {
    name: "shorter pause between retries",
    file: ORDER,
    edits: [
      [
        "const STEP_RETRY: RetryPolicy = { maxAttempts: 4, firstInterval: { seconds: 1 }",
        "const STEP_RETRY: RetryPolicy = { maxAttempts: 4, firstInterval: { seconds: 3 }",
      ],
    ],
  },
  {
    name: "fewer attempts",
    file: ORDER,
    edits: [
      [
        "const STEP_RETRY: RetryPolicy = { maxAttempts: 4,",
        "const STEP_RETRY: RetryPolicy = { maxAttempts: 2,",
      ],
    ],
  },
  {
    name: "condition flipped",
    file: REFUND,
    edits: [["if (check.isWithinLimit) return", "if (!check.isWithinLimit) return"]],
  },
  { name: "version branch removed", file: REFUND, edits: [['df.isSince("2.0") && !former', "!former"]] },
  {
    name: "version branch of a later version",
    file: REFUND,
    edits: [['df.isSince("2.0")', 'df.isSince("9.0")']],
  },
  {
    name: "event renamed",
    file: "refund.contract.ts",
    edits: [['"refundDecided"', '"refundAnswered"']],
  },
  {
    name: "timer of a round changed",
    file: REFUND,
    edits: [
      [
        "const remindAt = [after(length / 3), after((2 * length) / 3)];",
        "const remindAt = [after(length / 4), after((2 * length) / 3)];",
      ],
    ],
  },
  {
    name: "missing reminder",
    file: REFUND,
    edits: [["      yield* df.callActivity(refund.remindApprover, { ...mail, reminder }, RETRY);\n", ""]],
  },
  {
    name: "decision ignored",
    file: REFUND,
    edits: [['if (decision.choice === "reject")', 'if (decision.choice !== "reject")']],
  },
  {
    name: "parallel photos made sequential",
    file: LANE,
    edits: [
      [
        "    const settled = yield* df.allSettled(\n      wave.map((name) => df.callActivity(renderPhoto, { album, id, name, order }, PHOTO_RETRY)),\n    );",
        "    const settled = [];\n    for (const name of wave)\n      settled.push(...(yield* df.allSettled([df.callActivity(renderPhoto, { album, id, name, order }, PHOTO_RETRY)])));",
      ],
    ],
  },
  {
    name: "other ids of sub-orchestrations",
    file: ALBUM,
    edits: [["laneId(df.instanceId, lane)", "laneId(df.instanceId, lane + 1)"]],
  },
  {
    name: "last step removed",
    file: ALBUM,
    edits: [["  yield* df.callActivity(drawContactSheet, rendering, STORAGE_RETRY);\n", ""]],
  },
  {
    name: "other number of photos at a time",
    file: LANE,
    edits: [["const PHOTOS_AT_ONCE = 2;", "const PHOTOS_AT_ONCE = 1;"]],
  },
  {
    name: "file written before the totals",
    file: REPORT,
    edits: [
      [
        "  let added = yield* df.callActivity(addUpSales, { ...report, step }, STORAGE_RETRY);",
        "  yield* df.callActivity(writeReport, { ...report, lastStep: step }, STORAGE_RETRY);\n  let added = yield* df.callActivity(addUpSales, { ...report, step }, STORAGE_RETRY);",
      ],
    ],
  },
  {
    name: "news mailed before the check",
    file: PARCEL,
    edits: [
      [
        "    const check = yield* settled(",
        "    yield* df.createTimer({ seconds: 1 });\n    const check = yield* settled(",
      ],
    ],
  },
  {
    name: "next check later",
    file: PARCEL,
    edits: [
      [
        "const due = watch.nextCheck(state, df.currentUtcDateTime, input);",
        "const due = new Date(watch.nextCheck(state, df.currentUtcDateTime, input).getTime() + 60_000);",
      ],
    ],
  },
  {
    name: "missing pause of a line",
    file: LINE,
    edits: [["    yield* df.createTimer(pauseAfter(attempt, retry));\n", ""]],
  },
  {
    name: "time limit of a line changed",
    file: LINE,
    edits: [["toMilliseconds(TIMER_TOLERANCE);", "2 * toMilliseconds(TIMER_TOLERANCE);"]],
  },
  {
    name: "clock used for a due time",
    file: LINE,
    edits: [
      [
        "late: df.createTimer({ milliseconds: limit }),",
        "late: df.createTimer(new Date(Date.now() + limit)),",
      ],
    ],
  },
  {
    name: "random decision about a step",
    file: REPORT,
    edits: [["while (!added.isLast) {", "while (!added.isLast || Math.random() < 1) {"]],
  },
];
