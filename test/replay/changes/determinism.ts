import type { SeededChange } from "./seeded-change.ts";

/** Faults that make a replay differ, or repeat an effect. */
export const DETERMINISM_CHANGES: readonly SeededChange[] = [
  {
    name: "clock in an orchestrator",
    file: "shipment.orchestrator.ts",
    edits: [["watch.isOverdue(state, df.currentUtcDateTime)", "watch.isOverdue(state, new Date())"]],
    rule: "no-clock",
  },
  {
    name: "clock in a calculation",
    file: "price.orchestrator.ts",
    edits: [
      [
        "initialState(split, df.currentUtcDateTime, policy)",
        "initialState(split, new Date(Date.now()), policy)",
      ],
    ],
    rule: "no-clock",
  },
  {
    name: "clock in a file that is imported",
    file: "price.progress.ts",
    edits: [["begunAt: now.toISOString()", "begunAt: new Date().toISOString()"]],
    rule: "no-clock",
  },
  {
    name: "clock in a local function",
    file: "refund.orchestrator.ts",
    edits: [
      [
        "momentAfter(former?.escalatedAt ?? now, third)",
        "momentAfter(former?.escalatedAt ?? new Date(), third)",
      ],
    ],
    rule: "no-clock",
  },
  {
    name: "random value in a file that is imported as a namespace",
    file: "state.ts",
    edits: [["checks: state.checks + 1,", "checks: state.checks + Math.random(),"]],
    rule: "no-random",
  },
  {
    name: "random value in the typed layer",
    file: "deterministic-fraction.ts",
    edits: [["return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;", "return hash === 0 ? 0 : Math.random();"]],
    rule: "no-random",
  },
  {
    name: "random id instead of the instance id",
    file: "order.orchestrator.ts",
    edits: [["const orderId = df.instanceId;", "const orderId = crypto.randomUUID();"]],
    rule: "no-random",
  },
  {
    name: "random id from an import",
    file: "refund.orchestrator.ts",
    edits: [
      [
        'import * as refund from "./refund.contract.ts";',
        'import * as refund from "./refund.contract.ts";\nimport { randomUUID } from "node:crypto";',
      ],
      ["const order = { refundId: df.instanceId,", "const order = { refundId: randomUUID(),"],
    ],
    rule: "no-random",
  },
  {
    name: "async orchestrator",
    file: "report.orchestrator.ts",
    edits: [
      [
        "orchestrator(salesReport, function* (df, request)",
        "orchestrator(salesReport, async function* (df, request)",
      ],
    ],
    rule: "no-async",
  },
  {
    name: "awaited promise",
    file: "renditions.orchestrator.ts",
    edits: [
      ["const sum = counts.reduce", "[1].map(async (wait) => await wait);\n  const sum = counts.reduce"],
    ],
    rule: "no-async",
  },
  {
    name: "promises instead of tasks",
    file: "renditions.orchestrator.ts",
    edits: [["const counts = yield* df.all(", "const counts = yield* Promise.all("]],
    rule: "no-async",
  },
  {
    name: "console in an orchestrator",
    file: "lane.orchestrator.ts",
    edits: [
      [
        "const outcomes: PhotoOutcome[] = [];",
        "const outcomes: PhotoOutcome[] = [];\n  console.log(names.length);",
      ],
    ],
    rule: "no-unguarded-log",
  },
  {
    name: "console in a loop",
    file: "shipment.orchestrator.ts",
    edits: [
      [
        "const end = watch.endOf(state, overdue);",
        "console.info(overdue);\n    const end = watch.endOf(state, overdue);",
      ],
    ],
    rule: "no-unguarded-log",
  },
  {
    name: "count kept in the module",
    file: "shipment.orchestrator.ts",
    edits: [
      ["const CHECKS_PER_GENERATION = 15;", "const CHECKS_PER_GENERATION = 15;\nlet checksOfAll = 0;"],
      ["const lookId =", "checksOfAll += 1;\n    const lookId ="],
    ],
    rule: "no-module-state",
  },
  {
    name: "cache kept in the module",
    file: "lane.orchestrator.ts",
    edits: [
      ["const PHOTOS_AT_ONCE = 2;", "const PHOTOS_AT_ONCE = 2;\nconst seen = new Set<string>();"],
      ["outcomes.push(outcome);", "outcomes.push(outcome);\n      seen.add(album);"],
    ],
    rule: "no-module-state",
  },
  {
    name: "setting from the environment",
    file: "lane.orchestrator.ts",
    edits: [["start += PHOTOS_AT_ONCE", 'start += Number(process.env["PHOTOS_AT_ONCE"])']],
    rule: "no-environment",
  },
  {
    name: "request over the network",
    file: "order.orchestrator.ts",
    edits: [['    begin("priceOrder");\n', '    begin("priceOrder");\n    fetch("https://example.com");\n']],
    rule: "no-io",
  },
  {
    name: "file read",
    file: "report.orchestrator.ts",
    edits: [
      [
        'import { addUpSales, salesReport, writeReport } from "./report.contract.ts";',
        'import { addUpSales, salesReport, writeReport } from "./report.contract.ts";\nimport { readFileSync } from "node:fs";',
      ],
      ["let step = 0;", 'let step = readFileSync("step").length;'],
    ],
    rule: "no-io",
  },
  {
    name: "JavaScript timer",
    file: "line.orchestrator.ts",
    edits: [["yield* df.createTimer(pauseAfter(attempt, retry))", "setTimeout(() => attempt, 1000)"]],
    rule: "no-timers",
  },
];
