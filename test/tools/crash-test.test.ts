import { readFileSync, rmSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { createSandbox } from "../../src/services/sandbox/sandbox.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { type Campaign, runCampaign } from "../../tools/crash-test/campaign.ts";
import { checkKeys } from "../../tools/traffic/checks.ts";
import type { DoneKill } from "../../tools/crash-test/round.ts";
import { invariantLines, verdict } from "../../tools/traffic/invariant-lines.ts";
import { checkRepeatedMails } from "../../tools/traffic/mail-checks.ts";
import { planOf } from "../../tools/crash-test/plan.ts";
import { recoveryPlot, recoveryText } from "../../tools/crash-test/recovery.ts";
import { plotOf } from "../../tools/report/plot.ts";
import { reportOf } from "../../tools/crash-test/report.ts";
import { ROOT } from "../../tools/run.ts";

describe("a plan of kills", () => {
  test("is the same for a seed, and another one for the next", () => {
    expect(planOf(7, 40)).toEqual(planOf(7, 40));
    expect(planOf(7, 40)).not.toEqual(planOf(8, 40));
  });

  test("kills the worker every sixth time, and a host that starts only after a kill of the host", () => {
    const plan = planOf(1, 600);
    expect(plan.filter(({ target }) => target === "worker")).toHaveLength(100);
    const starting = plan.flatMap(({ moment }, index) =>
      moment === "duringRecovery" ? [plan[index - 1]] : [],
    );
    expect(starting.length).toBeGreaterThan(20);
    expect(new Set(starting.map((before) => before?.target))).toEqual(new Set(["host"]));
  });
});

describe("one key", () => {
  const ended = (...ids: string[]) => ({
    instances: ids.map((id) => ({
      id,
      orchestration: "any",
      status: "completed",
      createdAt: "",
      updatedAt: "",
    })),
  });
  const [key, parts] = ["order-19e4009cfcc48e952ddd", ["b09675209085", "c09675209085"]];

  test("has one process, also if nobody was told of the other", () => {
    const alone = [
      `${key}${parts[0]}`,
      `${key}${parts[0]}:line-3`,
      "shipment-PPD9087DCBB29B38D3",
      "shipment-PP2",
    ];
    expect(checkKeys(ended(...alone), [])).toMatchObject({ compared: 1, broken: [] });
    const twice = parts.map((part) => `${key}${part}`);
    expect(checkKeys(ended(...alone, ...twice.slice(1)), []).broken).toEqual([twice.join(" and ")]);
  });
});

test("an invariant for which nothing was compared is neither kept nor broken", () => {
  const lines = invariantLines([
    { name: "kept", compared: 1, broken: [] },
    { name: "broken", compared: 1, broken: ["this"] },
    { name: "without a case", compared: 0, broken: [] },
  ]);
  expect(lines.slice(2, 5)).toEqual([
    "| kept | yes | 1 |",
    "| broken | **no** | 1 |",
    "| without a case | not tried | 0 |",
  ]);
});

test("what is found is said in a line or two, with what was not tried", () => {
  const kept = { name: "kept", compared: 1200, broken: [] };
  const untried = { name: "without a case", compared: 0, broken: [] };
  expect(verdict([kept, untried])).toEqual([
    "Every invariant that was tried held: 1, in 1,200 comparisons",
    "Not tried: without a case",
  ]);
  expect(verdict([kept, { name: "broken", compared: 1, broken: ["this", "that"] }])).toEqual([
    "Broken: broken (2 times)",
  ]);
  expect(verdict([untried])[0]).toBe("No invariant was tried");
});

describe("recovery", () => {
  const kill = (progressMs: number) =>
    ({
      ...planOf(1, 1)[0],
      at: 0,
      openRequests: 0,
      inFlight: undefined,
      recovery: { servingMs: 500, progressMs },
    }) as DoneKill;
  const recovered = (times: readonly number[], progressGoalMs?: number) =>
    recoveryText({ kills: times.map(kill), progressGoalMs }).join("\n");
  const textOf = (...times: readonly number[]) => recovered(times, 1000);

  test("has met its goal if every host has", () => {
    expect(textOf(900, 1000)).toContain("**Met.**");
    expect(textOf(900, 1001)).toContain("**Missed**: 1 of 2 took longer.");
    expect(recovered([900, 60_000])).toMatch(/^There is no goal for this host/);
  });

  test("has percentiles only of enough hosts", () => {
    const rowOf = (hosts: number) =>
      /the first progress.*/.exec(textOf(...Array.from({ length: hosts }, () => 700)))?.[0];
    expect(rowOf(19)).toBe("the first progress | 19 | 700 ms | – | – | 700 ms |");
    expect(rowOf(20)).toBe("the first progress | 20 | 700 ms | 700 ms | – | 700 ms |");
    expect(rowOf(100)).toBe("the first progress | 100 | 700 ms | 700 ms | 700 ms | 700 ms |");
  });
});

describe("a mail that comes twice", () => {
  const mail = { messageId: "m", to: "customer@example.com", subject: "News", text: "" };
  const mails = [10_000, 14_000].map((at) => ({ mail, sentAt: new Date(at) }));
  const kill = { target: "host", moment: "anyTime", waitMs: 0, delayMs: 0, openRequests: 0 } as const;

  test.each([
    ["between its copies", { at: 12_000 }, 0],
    ["shortly before the first one, where its request was on its way", { at: 8500 }, 0],
    ["long before the first one", { at: 5000 }, 1],
    ["so long before on a machine on which a start takes as long", { at: 5000, startMs: 4000 }, 0],
    ["after both", { at: 17_000, startMs: 4000 }, 1],
  ])(
    "of a sender that was killed %s",
    (_when, { at, startMs = 0 }: { at: number; startMs?: number }, broken) => {
      const kills = [{ ...kill, at, inFlight: undefined, recovery: { servingMs: startMs } }];
      expect(checkRepeatedMails({ mails, kills }).broken).toHaveLength(broken);
    },
  );
});

describe("a short campaign", () => {
  const [SEED, FIRST_ROUND, KILLS] = [20, 12, 15];
  let folder: string;
  let campaign: Campaign;

  /** What the checks of the second round must notice. */
  async function plant(storage: Storage): Promise<void> {
    const { payments, warehouse } = createSandbox(storage);
    const rows = (await storage.table("payments")).listEntities();
    const { value } = (await rows.next()) as { value: { partitionKey: string } };
    const orderId = value.partitionKey;
    const again = { orderId, idempotencyKey: `${orderId}-again`, amount: { value: 100, currency: "EUR" } };
    await payments.charge({ ...again, token: "tok_ok" });
    await payments.charge({ ...again, orderId: "nobody", token: "tok_ok" });
    await warehouse.reserve("nobody", [{ sku: "mug-300", quantity: 1 }]);
    const outbox = await storage.queue("outbox");
    const mail = { messageId: "twice", to: "customer@example.com", subject: "News", text: "" };
    for (let copy = 0; copy < 2; copy++) await outbox.sendMessage(JSON.stringify(mail));
  }

  beforeAll(async () => {
    folder = await mkdtemp(path.join(tmpdir(), "crash-test-"));
    campaign = await runCampaign({
      kills: KILLS,
      killsPerRound: FIRST_ROUND,
      seed: SEED,
      rate: 6,
      folder,
      app: ROOT,
      storage: inject("storage"),
      onQuiet: async (storage, round) => (round === 2 ? plant(storage) : undefined),
    });
  }, 600_000);
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  test("kills hosts and workers with work in flight, and everything ends as without", () => {
    expect(campaign.kills).toHaveLength(KILLS);
    expect(campaign.kills.filter(({ target }) => target === "worker")).toHaveLength(2);
    const inFlight = campaign.kills.flatMap((kill) => Object.values(kill.inFlight?.activities ?? {}));
    expect(inFlight.length).toBeGreaterThan(0);
    const acknowledged = readFileSync(path.join(folder, "round-1", "acknowledged.jsonl"), "utf8");
    expect(acknowledged.trim().split("\n").length).toBeGreaterThan(5);
  });

  test("reports exactly what was planted, with the seed of its round", () => {
    const broken = campaign.invariants.filter((each) => each.broken.length > 0);
    expect(Object.fromEntries(broken.map((each) => [each.name, each.broken.length]))).toEqual({
      "charged - given back = sale - refunds - withdrawn, for each order": expect.any(Number) as number,
      "no order outside that nobody has placed": 1,
      "stock = stock before - what confirmed orders have reserved": 1,
      "the same mail comes twice only where a kill is between": 1,
    });
    expect(campaign.brokenBy).toEqual({ seed: SEED + 1, kills: KILLS - FIRST_ROUND });
  });

  test("is written as a report with a plot", () => {
    const commandFor = (plan: { seed: number; kills: number }) => `repeat ${plan.seed} ${plan.kills}`;
    const plan = { seed: SEED, kills: KILLS };
    const surroundings = { plan, commandFor, measuredOn: "A computer", plot: "crash-report.svg" };
    const report = reportOf(campaign, surroundings);
    expect(report).toContain("\n- Broken: no order outside that nobody has placed (1 times).\n");
    expect(report).toContain("\nA computer.\n");
    expect(report).toMatch(/^Goal: every host makes progress within 1000 ms\. \*\*(?:Met|Missed)/m);
    expect(report).not.toMatch(/^\| *\|/m);
    expect(report).toContain("13 kills of the host and 2 of the worker");
    expect(report).toContain("| no order outside that nobody has placed | **no** |");
    expect(report).toContain("| one key, one process | yes |");
    expect(report).toContain(`Repeat it with \`repeat ${SEED} ${KILLS}\``);
    expect(report).toContain(`The round that broke it: \`repeat ${SEED + 1} ${KILLS - FIRST_ROUND}\``);
    const points = campaign.kills.filter(({ recovery }) => recovery !== undefined);
    expect(plotOf(recoveryPlot(campaign)).match(/<circle [^>]*r="3.5"/g)).toHaveLength(points.length);
  });
});
