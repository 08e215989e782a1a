import { readFileSync } from "node:fs";
import { join } from "node:path";
import { format, resolveConfig } from "prettier";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import {
  executionsOf,
  MEASURED,
  messagesOf,
  type Scheduled,
  scheduledBy,
  transactionsOf,
} from "./cost-model.ts";
import { CountedShop, type OwnCalls, RUNS, type Run } from "./cost-runs.ts";

const PAGE = join(ROOT, "docs", "cost.md");

describe("the costs of single steps explain the measurements on the real engine:", () => {
  const sequential = MEASURED.workloads.filter(({ parallel = 0 }) => parallel === 0);
  test.each(sequential)("$name", ({ transactions, ...work }) => {
    expect(transactionsOf(work)).toBe(transactions);
  });

  test.each(MEASURED.workloads.filter(({ parallel = 0 }) => parallel > 0))(
    "$name",
    ({ transactions, ...work }) => {
      const difference = transactionsOf(work) - transactions;
      expect(difference).toBeGreaterThanOrEqual(0);
      expect(difference / transactions).toBeLessThan(0.1);
    },
  );

  test("several signals to one entity", () => {
    const { transactions, signals, entityBatches } = MEASURED.signals;
    expect(transactionsOf({ sequential: 1 }) + 2 * signals + 3 * entityBatches).toBe(transactions);
  });
});

interface Counted extends Run {
  readonly scheduled: Scheduled;
  readonly own: OwnCalls;
}

describe("the cost page", () => {
  let shop: CountedShop;
  const counted: Counted[] = [];

  beforeAll(async () => {
    shop = await CountedShop.start();
    // Tables, queues and containers are created on first use.
    for (const run of RUNS.filter(({ what }) => !/^(?:24|1000) /.test(what))) await countRun(run);
    for (const run of RUNS) counted.push(await countRun(run));
  }, 120_000);
  afterAll(() => shop?.stop());

  async function countRun(run: Run): Promise<Counted> {
    const prepared = (await run.prepare?.(shop)) ?? "";
    let id = "";
    const begun = await shop.count(async () => {
      id = await run.go(shop, prepared);
      if (!run.wait) await shop.host.instance(id).completion();
      await shop.host.settle();
    });
    const waited = (await run.wait?.(shop, id)) ?? "";
    const ended = await shop.count(async () => {
      await run.decide?.(shop, waited);
      await shop.host.instance(id).completion();
      await shop.host.settle();
    });
    const own = {
      blob: begun.blob + ended.blob,
      queue: begun.queue + ended.queue,
      table: begun.table + ended.table,
    };
    return { ...run, own, scheduled: await scheduledBy(shop, id) };
  }

  test("contains the counted numbers", { timeout: 120_000 }, async () => {
    const page = readFileSync(PAGE, "utf8");
    const filled = [stepsTable, callsTable, millionTable, idleTable].reduce(
      (text, table) => withTable(text, table.name, table(counted)),
      page,
    );
    const [queues, tables, , executions] = millions(counted[0]);
    expect(page.replaceAll("\n", " ")).toContain(
      `a million orders are ${queues} million queue operations, ${tables} million table operations and ${executions} million executions`,
    );
    const options = { ...(await resolveConfig(PAGE)), parser: "markdown" };
    // `npm test -- cost -u` updates the page.
    await expect(await format(filled, options)).toMatchFileSnapshot(PAGE);
  });
});

function withTable(page: string, name: string, table: string): string {
  const place = new RegExp(`(<!-- ${name} -->\n)[^]*?(<!-- /${name} -->)`);
  if (!place.test(page)) throw new Error(`The page has no place for ${name}`);
  return page.replace(place, `$1\n${table}\n\n$2`);
}

const row = (cells: readonly (string | number)[]) => `| ${cells.join(" | ")} |`;
const rows = (heading: readonly string[], body: readonly (readonly (string | number)[])[]) =>
  [row(heading), row(heading.map((_, at) => (at === 0 ? "---" : "--:"))), ...body.map(row)].join("\n");

const nameOf = ({ pattern, what }: Run) => `${pattern}: ${what}`;

/** The terms of a sum, without those that are zero. */
function sum(parts: Readonly<Record<string, number>>): string {
  const present = Object.entries(parts).filter(([, count]) => count > 0);
  return present.map(([what, count]) => `${count}${what}`).join(" + ") || "–";
}

function stepsTable(runs: readonly Counted[]): string {
  return rows(
    ["one run", "activities", "timers", "events", "children", "signals", "executions", "transactions"],
    runs.map((run) => {
      const { sequential, parallel, timersFired, timersCancelled, events, children, signals } = run.scheduled;
      return [
        nameOf(run),
        sum({ "": sequential, " parallel": parallel }),
        sum({ "": timersFired, " canceled": timersCancelled }),
        events,
        children,
        signals,
        executionsOf(run.scheduled),
        transactionsOf(run.scheduled),
      ];
    }),
  );
}

function callsTable(runs: readonly Counted[]): string {
  return rows(
    ["one run", "blobs", "queues", "tables", "together"],
    runs.map(({ own: { blob, queue, table }, ...run }) => [
      nameOf(run),
      blob,
      queue,
      table,
      blob + queue + table,
    ]),
  );
}

/** In millions, for a million runs: the same numbers by service, because each service has its own price. */
function millionTable(runs: readonly Counted[]): string {
  return rows(
    ["a million runs, in millions", "queues", "tables", "blobs", "executions"],
    runs.map((run) => [nameOf(run), ...millions(run)]),
  );
}

/**
 * For queues, tables, blobs, executions. A message is added, read and deleted; the engine's other calls go to tables.
 */
function millions(run: Counted | undefined): number[] {
  if (!run) throw new Error("Nothing was counted");
  const { scheduled, own } = run;
  const messages = messagesOf(scheduled);
  const tables = transactionsOf(scheduled) - 2 * messages;
  return [3 * messages + own.queue, tables + own.table, own.blob, executionsOf(scheduled)];
}

const SECONDS = 30 * 86_400;
/** In the task hub: one per partition, and the work items. In the shop: orders, and poisoned orders. */
const QUEUES = { taskHub: 5, shop: 2 };
/** How often the scale controller polls each queue, even if the app is scaled to zero. */
const SCALE_CONTROLLER_S = 10;

/** From the measurements and the intervals in host.json. */
function idleTable(): string {
  const { extensions } = JSON.parse(readFileSync(join(ROOT, "host.json"), "utf8")) as {
    extensions: {
      queues: { maxPollingInterval: string };
      durableTask: { storageProvider: { maxQueuePollingInterval: string } };
    };
  };
  const hubInterval = seconds(extensions.durableTask.storageProvider.maxQueuePollingInterval);
  const shopInterval = seconds(extensions.queues.maxPollingInterval);
  const { tableWritesPerSecond, tableQueriesPerSecond, blobLeaseRenewalsPerSecond } = MEASURED.idle;
  const hubTables = tableWritesPerSecond + tableQueriesPerSecond + blobLeaseRenewalsPerSecond;
  const millions = (perSecond: number) => ((perSecond * SECONDS) / 1e6).toFixed(1);
  return rows(
    ["what", "every", "millions of operations"],
    [
      [`the task hub's ${QUEUES.taskHub} queues`, `${hubInterval} s`, millions(QUEUES.taskHub / hubInterval)],
      ["the task hub's partitions and leases", "as measured", millions(hubTables)],
      [`the shop's ${QUEUES.shop} queues`, `${shopInterval} s`, millions(QUEUES.shop / shopInterval)],
      [
        "the scale controller, also when the app is scaled to zero",
        `${SCALE_CONTROLLER_S} s`,
        millions((QUEUES.taskHub + QUEUES.shop) / SCALE_CONTROLLER_S),
      ],
    ],
  );
}

function seconds(interval: string): number {
  const [hours = 0, minutes = 0, rest = 0] = interval.split(":").map(Number);
  return hours * 3600 + minutes * 60 + rest;
}
