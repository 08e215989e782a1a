import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { isHostFailure } from "../../src/durable/task-hub/host-failure.ts";
import type { HubEvent } from "../../src/durable/task-hub/task-hub.ts";
import type { Health } from "../../src/operations/health.ts";
import { TableRescues } from "../../src/storage/rescues.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import { hubOf, LOST, rescued, rescueOnce } from "../support/rescue.ts";
import { sentMails } from "../support/sent-mails.ts";
import { type Shop, startShop } from "../support/shop.ts";

const MINUTE = 60_000;

describe("a failure was caused by the host", () => {
  const scheduled: HubEvent[] = [{ EventType: "TaskCompleted" }];

  test.each([
    ["by the first call of its history", LOST, scheduled, true],
    [
      "by the first timer",
      LOST.replace(
        "an activity task with sequence ID 0 and name 'priceOrder' (version '')",
        "a timer task with sequence number 0",
      ),
      scheduled,
      true,
    ],
    ["by another call after a rewind", LOST.replace("ID 0", "ID 3"), [{ EventType: "GenericEvent" }], true],
    [
      "in its first episode",
      "Orchestrator function 'x' failed: One or more errors occurred. (node exited with code 137 (0x89))",
      [],
      true,
    ],
    ["not by a later call: the code has changed", LOST.replace("ID 0", "ID 3"), scheduled, false],
    [
      "not by another name: the code has changed",
      LOST.replace(
        /, but.*/,
        ", but the current orchestration replay instead scheduled an activity task named 'b' with this sequence number.",
      ),
      scheduled,
      false,
    ],
    [
      "not by what its code threw",
      "Orchestrator function 'x' failed: chargePayment did not succeed",
      [],
      false,
    ],
    [
      "not by an opaque throw",
      "Orchestrator function 'x' failed: One or more errors occurred. (Result: Failure\nException: x)",
      [],
      false,
    ],
    [
      "not by a part that was terminated",
      LOST,
      [{ EventType: "SubOrchestrationInstanceFailed", Details: null, FailureDetails: null }],
      false,
    ],
  ])("%s", (_what, output, history, expected) => {
    expect(isHostFailure(output, history)).toBe(expected);
  });
});

describe("tries", () => {
  let shop: Shop;
  let orders: Orders;
  beforeAll(async () => {
    shop = await startShop({ settings: { strict: false } });
    orders = new Orders(shop.host.url, shop.storage);
  });
  afterAll(() => shop?.host.stop());
  beforeEach(async () => {
    await (await shop.storage.queue("outbox")).clearMessages();
  });

  const status = async (id: string) => (await hubOf(shop.host).instance(id))?.runtimeStatus;
  const alerts = async (id: string) =>
    (await sentMails(shop.storage)).filter(({ messageId }) => messageId.startsWith(`rescue-${id}`));

  /** An order whose worker process dies at each attempt of its n-th call. */
  async function failing(): Promise<string> {
    shop.host.killWorkerAfter(0);
    const id = await orders.place(anOrder());
    await shop.host.settle();
    expect(await status(id)).toBe("Failed");
    return id;
  }

  async function failAgain(version = "2.0", minutes = 10) {
    shop.host.killWorkerAfter(0);
    const report = await rescueOnce(shop, { version });
    await shop.host.settle();
    shop.host.killWorkerAfter(Infinity);
    await shop.host.advance({ minutes });
    return report;
  }

  test("are five with growing pauses; then an operator gets one mail, and health reports it until an operator acts", async () => {
    const id = await failing();
    const ways: string[] = [];
    let minutes = 0;
    for (let report = await failAgain("2.0", 1); report.givenUp === 0; report = await failAgain("2.0", 1)) {
      if (report.rewind > 0) ways.push("rewind");
      if (report.restart > 0) ways.push("restart");
      minutes += 1;
      expect(minutes).toBeLessThan(40);
    }
    expect(ways).toEqual(["rewind", "rewind", "restart", "restart", "restart"]);
    expect(minutes).toBeGreaterThanOrEqual(15);
    await failAgain();
    expect(await alerts(id)).toMatchObject([{ to: "operations@example.com" }]);
    const health = (await (await shop.host.fetch("/api/health")).json()) as Health;
    expect(health).toMatchObject({
      status: "degraded",
      parts: { instances: { status: "stuck" } },
      givenUpInstances: { "order-chaining": 1 },
    });

    const answer = await shop.host.fetch(`/api/instances/${id}/restart`, { method: "POST" });
    expect(answer.status).toBe(202);
    expect((await shop.host.instance(id).completion()).output).toMatchObject({ kind: "confirmed" });
    expect(await Array.fromAsync(new TableRescues(shop.storage).closed("givenUp"))).toEqual([]);
  });

  test("an instance that was continued in another way no longer counts as given up", async () => {
    const id = await failing();
    const rescues = new TableRescues(shop.storage);
    await rescues.close(id, "givenUp");
    shop.host.killWorkerAfter(Infinity);
    await rescueOnce(shop);
    expect(await Array.fromAsync(rescues.closed("givenUp"))).toEqual([id]);
    await hubOf(shop.host).command(id, "rewind", "test");
    await shop.host.instance(id).completion();
    await rescueOnce(shop);
    expect(await Array.fromAsync(rescues.closed("givenUp"))).toEqual([]);
  });

  test("of an instance of an older version: only one, because a deployment may have removed its code", async () => {
    const id = await failing();
    expect(await failAgain("3.0")).toMatchObject({ rewind: 1, givenUp: 0 });
    expect(await failAgain("3.0")).toMatchObject({ rewind: 0, restart: 0, givenUp: 1 });
    expect(await alerts(id)).toHaveLength(1);
    await new TableRescues(shop.storage).forget(id);
    await rescued(shop, id);
  });

  test("are made by only one of two hosts", async () => {
    const ids = [await failing(), await failing()];
    shop.host.killWorkerAfter(Infinity);
    const reports = await Promise.all([rescueOnce(shop), rescueOnce(shop), rescueOnce(shop)]);
    expect(reports.reduce((sum, { rewind, restart }) => sum + rewind + restart, 0)).toBe(ids.length);
    for (const id of ids) expect((await shop.host.instance(id).completion()).runtimeStatus).toBe("Completed");
  });

  test("are not made for a process with a terminated part, nor for single parts", async () => {
    const id = `order-${randomUUID()}`;
    // An orchestration that fails because of its own invalid input.
    await hubOf(shop.host).start("orderFulfilment", id, {});
    await shop.host.settle();
    expect(await status(id)).toBe("Failed");
    expect(await rescueOnce(shop)).toMatchObject({ rewind: 0, restart: 0, givenUp: 0 });
  });

  test("start again after a day", async () => {
    const rescues = new TableRescues(shop.storage);
    const id = `order-${randomUUID()}`;
    let now = shop.host.clock.now();
    const take = (after: number) => rescues.take(id, 2, new Date((now += after)));
    expect(await take(0)).toEqual({ kind: "due", number: 1 });
    expect(await take(MINUTE / 2)).toEqual({ kind: "later" });
    expect(await take(MINUTE)).toEqual({ kind: "due", number: 2 });
    expect(await take(10 * MINUTE)).toEqual({ kind: "spent" });
    expect(await take(25 * 60 * MINUTE)).toEqual({ kind: "due", number: 1 });
    await rescues.forget(id);
    await rescues.forget(id);
  });

  test("are made by a timer function", async () => {
    const id = await failing();
    shop.host.killWorkerAfter(Infinity);
    await shop.host.advance({ days: 1 });
    expect((await shop.host.instance(id).completion()).runtimeStatus).toBe("Completed");
    expect(shop.host.logs.some(({ message }) => message.includes('"instancesRescued"'))).toBe(true);
  });

  test("a manual rewind restarts an instance that cannot be rewound, and returns 202", async () => {
    const id = await orders.place(anOrder({ token: "tok_flaky" }));
    const held = shop.host.activity("bookShipment").nextCall();
    await shop.host.advance({ minutes: 1 });
    const call = await held;
    shop.host.killWorkerAfter(1);
    call.release();
    await shop.host.settle();
    expect(await status(id)).toBe("Failed");
    const answer = await shop.host.fetch(`/api/instances/${id}/rewind`, { method: "POST" });
    expect(answer.status).toBe(202);
    expect((await shop.host.instance(id).completion()).output).toMatchObject({ kind: "confirmed" });
  });

  test("a manual restart is only possible for instances that ended early", async () => {
    const id = await orders.place(anOrder());
    await shop.host.instance(id).completion();
    const refused = await shop.host.fetch(`/api/instances/${id}/restart`, { method: "POST" });
    expect(refused.status).toBe(409);
    expect(refused.headers.get("content-type")).toBe("application/problem+json");
    const missing = await shop.host.fetch("/api/instances/order-none/restart", { method: "POST" });
    expect(missing.status).toBe(404);
  });
});
