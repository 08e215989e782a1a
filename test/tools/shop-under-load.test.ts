import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, inject, test } from "vitest";
import type { Invariant } from "../../tools/traffic/checks.ts";
import { ShopUnderLoad } from "../../tools/traffic/shop-under-load.ts";

const folder = mkdtempSync(path.join(tmpdir(), "shop-under-load-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

type Answers = Record<string, readonly (readonly [status: number, body: unknown])[]>;
const [ID, OTHER] = ["report-1", "report-2"];
const start = (id: string) => ({ id, links: { self: `http://localhost/api/reports/${id}` } });
/** Of an empty shop whose only process is a report; the last answer is repeated. */
const RIGHT: Answers = {
  "GET /api/sales": [[200, { sales: [] }]],
  "GET /api/instances": [[200, { instances: [] }]],
  "POST /api/reports": [[202, start(ID)]],
  [`GET /api/reports/${ID}`]: [[200, { status: "completed", result: { kind: "reported" } }]],
  [`GET /api/reports/${ID}/file`]: [[200, ""]],
};

/** What is compared after a report was asked for twice with one key, of a shop that gives these answers. */
async function invariantsOf(answers: Answers, blamesItself = false): Promise<Invariant[]> {
  const left = new Map(Object.entries({ ...RIGHT, ...answers }).map(([what, all]) => [what, [...all]]));
  const server = createServer((request, response) => {
    const [url = ""] = request.url?.split("?") ?? [];
    const all = left.get(`${request.method} ${url}`) ?? [];
    const [status, body] = (all.length > 1 ? all.shift() : all[0]) ?? [404, ""];
    response.writeHead(status).end(JSON.stringify(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  try {
    const shop = await ShopUnderLoad.of({
      base: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      storage: { connectionString: inject("storage"), prefix: `k${randomBytes(6).toString("hex")}` },
      load: { seed: 1, rate: 1, photos: [] },
      folder,
    });
    await shop.traffic.makeAtOnce("report", 1);
    const settling = await shop.settled(0, () => undefined);
    const { invariants } = await shop.compare({ kills: [], blamesItself });
    return [settling, ...invariants];
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

async function brokenIn(
  ...about: Parameters<typeof invariantsOf>
): Promise<Record<string, readonly string[]>> {
  const broken = (await invariantsOf(...about)).filter((each) => each.broken.length > 0);
  return Object.fromEntries(broken.map((each) => [each.name, each.broken]));
}

test("everything is compared", async () => {
  expect((await invariantsOf({})).map(({ name }) => name)).toEqual([
    "nothing is left running, or failed with its worker",
    "every start that was acknowledged is there",
    "every process ended as it should",
    "one key, one process",
    "charged - given back = sale - refunds - withdrawn, for each order",
    "a confirmed order has one parcel and one mail, any other has none",
    "a confirmed order is charged, sold and mailed as it was ordered",
    "no order outside that nobody has placed",
    "stock = stock before - what confirmed orders have reserved",
    "totals of each product = journal",
    "reports by product, day and country = journal",
    "the totals have counted each of the latest journal entries once",
    "a refund is paid if it was approved, once, and otherwise not",
    "every decision that was accepted counts",
    "a refund is refused only if too little is left of its order",
    "approvers are asked and reminded until one decides",
    "no approver is asked or reminded too early, or after the decision",
    "the same mail comes twice only where a kill is between",
    "the news of a watched parcel is mailed, each once",
    "albums have all their renditions",
    "a rendition is what its photo is rendered to without a crash",
    "the contact sheet of an album shows all its photos",
    "a report has all sales that were confirmed before it",
    "the prices in force are those that imports have reported",
    "the dead letters are the lines that failed, with the reasons",
    "nothing is left in storage without a process that needs it",
    "no unexpected answer",
  ]);
});

const UNEXPECTED = "no unexpected answer";
const summary = (id: string) => ({ instances: [{ id, orchestration: "any", updatedAt: "" }] });
const none = { instances: [] };
const failed = (message: string): Answers => ({
  "GET /api/instances": [
    [200, none],
    [200, summary("order-1")],
    [200, none],
  ],
  "GET /api/instances/order-1": [[200, { error: { message } }]],
});

test.each<[what: string, answers: Answers, broken: Record<string, unknown>]>([
  ["is right", {}, {}],
  [
    "gives another process to a repeated start",
    {
      "POST /api/reports": [
        [202, start(ID)],
        [202, start(OTHER)],
      ],
      [`GET /api/reports/${OTHER}`]: RIGHT[`GET /api/reports/${ID}`] ?? [],
      [`GET /api/reports/${OTHER}/file`]: [[200, ""]],
    },
    { "one key, one process": [expect.stringContaining(OTHER)] },
  ],
  [
    "has two processes with one key",
    {
      "GET /api/instances": [
        [200, none],
        [200, none],
        [
          200,
          { instances: ["a", "b"].map((digit) => ({ id: `order-${"0".repeat(20)}${digit.repeat(12)}` })) },
        ],
      ],
    },
    { "one key, one process": [expect.stringContaining(" and ")] },
  ],
  [
    "answers 500 once",
    { "GET /api/sales": [[500, "broken"], ...(RIGHT["GET /api/sales"] ?? [])] },
    { [UNEXPECTED]: ['GET /api/sales 500 "broken"'] },
  ],
  [
    "answers a start with 418",
    { "POST /api/reports": [[418, "tea"], [418, "tea"], ...(RIGHT["POST /api/reports"] ?? [])] },
    { [UNEXPECTED]: ['POST /api/reports 418 and 418 "tea"'] },
  ],
  [
    "has a process that still runs",
    {
      "GET /api/instances": [
        [200, summary("order-1")],
        [200, none],
      ],
    },
    { "nothing is left running, or failed with its worker": ["order-1"] },
  ],
  [
    "has a process that failed with its worker",
    failed("One or more errors occurred. (node exited with code 137 (0x89))"),
    { "nothing is left running, or failed with its worker": ["order-1"] },
  ],
  ["has a process that failed by itself", failed("One or more errors occurred. (Result: Failure)"), {}],
])("a shop that %s", async (_what, answers, broken) => {
  expect(await brokenIn(answers)).toEqual(broken);
});

test("a host that answers 500 for its dead worker is not blamed for it", async () => {
  const answers = { "GET /api/sales": [[500, ""], ...(RIGHT["GET /api/sales"] ?? [])] } as Answers;
  expect(await brokenIn(answers, true)).toEqual({});
});
