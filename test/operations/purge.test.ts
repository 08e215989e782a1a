import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { ManagementEndpoint } from "../../src/durable/task-hub/management-endpoint.ts";
import { TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { createInstanceCleanup } from "../../src/operations/instance-cleanup.ts";
import { purgeOldInstances, type PurgeReport } from "../../src/operations/purge.ts";
import { TableClaims } from "../../src/storage/claims.ts";
import { TableRescues } from "../../src/storage/rescues.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import { type Shop, startShop } from "../support/shop.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const KEEP = { completed: 30 * DAY, failed: 90 * DAY, canceled: 10 * DAY };

let shop: Shop;
let orders: Orders;
let hub: TaskHub;
let sweep: (settings: Parameters<typeof purgeOldInstances>[2], now: Date) => Promise<PurgeReport>;

beforeAll(async () => {
  // The app's timer does not delete these instances, because they are too young by the real clock.
  shop = await startShop({ startAt: new Date(Date.now() - 200 * DAY) });
  orders = new Orders(shop.host.url, shop.storage);
  hub = new TaskHub(new ManagementEndpoint({ rpcBaseUrl: `${shop.host.url}/durabletask/` }));
  const cleanUp = createInstanceCleanup(
    { claims: new TableClaims(shop.storage), rescues: new TableRescues(shop.storage) },
    () => Promise.resolve(),
  );
  sweep = (settings, now) => purgeOldInstances(hub, cleanUp, settings, now);
});
afterAll(() => shop?.host.stop());

/** One instance for each final status, and one that runs. */
async function instances() {
  const held = shop.host.activity("bookShipment").nextCall();
  const running = await orders.place(anOrder());
  const step = await held;
  const completed = await ended(anOrder());
  const failed = await ended(anOrder({ token: "tok_down" }));
  const nextHeld = shop.host.activity("bookShipment").nextCall();
  const canceled = await orders.place(anOrder());
  const canceledStep = await nextHeld;
  await hub.command(canceled, "terminate", "test");
  canceledStep.release();
  await expect.poll(async () => (await hub.instance(canceled))?.runtimeStatus).toBe("Terminated");
  return { running, completed, failed, canceled, letGo: () => step.release() };
}

async function ended(body: unknown): Promise<string> {
  const id = await orders.place(body);
  await expect
    .poll(
      async () => {
        // Time continues, for retries; a held instance keeps the host busy.
        void shop.host.clock.advance(1000);
        return (await hub.instance(id))?.runtimeStatus;
      },
      { timeout: 10_000 },
    )
    .toMatch(/Completed|Failed/);
  return id;
}

const later = (days: number) => new Date(shop.host.clock.now() + days * DAY);
const isThere = async (id: string) => (await hub.instance(id)) !== undefined;

describe("a sweep", () => {
  let those: Awaited<ReturnType<typeof instances>>;

  beforeEach(async () => {
    const everything = { completed: 0, failed: 0, canceled: 0 };
    await sweep({ keep: everything, dryRun: false }, later(1));
    those = await instances();
    return async () => {
      those.letGo();
      await shop.host.instance(those.running).completion();
    };
  });

  test("deletes instances after the retention time of their status, and never running ones", async () => {
    const settings = { keep: KEEP, dryRun: false };
    const none = { purged: { completed: 0, failed: 0, canceled: 0 }, isComplete: true };
    expect(await sweep(settings, later(9))).toEqual(none);

    expect(await sweep(settings, later(11))).toMatchObject({
      purged: { canceled: 1 },
    });
    expect(await isThere(those.canceled)).toBe(false);
    expect(await isThere(those.completed)).toBe(true);

    expect(await sweep(settings, later(31))).toMatchObject({
      purged: { completed: 1 },
    });
    expect(await isThere(those.failed)).toBe(true);

    expect(await sweep(settings, later(10_000))).toMatchObject({
      purged: { failed: 1 },
    });
    expect(await isThere(those.running)).toBe(true);
  });

  test("as a dry run counts and deletes nothing", async () => {
    const { purged } = await sweep({ keep: KEEP, dryRun: true }, later(1000));
    expect(purged).toEqual({ completed: 1, failed: 1, canceled: 1 });
    for (const id of [those.completed, those.failed, those.canceled]) expect(await isThere(id)).toBe(true);
  });
});

test("the timer runs the purge every night", { timeout: 60_000 }, async () => {
  const id = await orders.place(anOrder());
  await shop.host.instance(id).completion();
  await shop.host.advance({ days: 29 });
  expect(await isThere(id)).toBe(true);
  await shop.host.advance({ days: 2 });
  expect(await isThere(id)).toBe(false);
  const reports = shop.host.logs.filter(({ message }) => message.includes('"instancesPurged"'));
  expect(reports.length).toBeGreaterThanOrEqual(30);
});
