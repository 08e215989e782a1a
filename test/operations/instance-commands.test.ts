import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Shop, startShop } from "../support/shop.ts";
import type { HubInstance } from "../../src/durable/task-hub/task-hub.ts";
import { executeCommand } from "../../src/operations/instance-commands.ts";
import { RESTART_INPUTS } from "../../src/patterns/patterns.ts";
import { hubOf } from "../support/rescue.ts";
import { Operator } from "./operator.ts";

let shop: Shop;
let operator: Operator;

beforeAll(async () => {
  shop = await startShop();
  operator = new Operator(shop);
});
afterAll(() => shop?.host.stop());

/** A command takes effect slightly later; the held step keeps the host busy in the meantime. */
const statusOf = (id: string) => expect.poll(async () => (await operator.detail(id)).status);

async function existing(id: string): Promise<HubInstance> {
  const instance = await hubOf(shop.host).instance(id);
  if (!instance) throw new Error(`There is no ${id}`);
  return instance;
}

describe("commands", () => {
  test("suspend stops an instance, resume continues it", async () => {
    const { id, step } = await operator.heldOrder();
    expect((await operator.command(id, "suspend", { reason: "stock is being counted" })).status).toBe(202);
    await statusOf(id).toBe("suspended");
    step.release();
    await shop.host.settle();
    expect(await operator.detail(id)).toMatchObject({ status: "suspended" });
    const confirmations = () =>
      shop.host.activity("confirmOrder").calls.filter(({ instanceId }) => instanceId === id);
    expect(confirmations()).toHaveLength(0);
    expect((await operator.command(id, "suspend")).status).toBe(409);
    const resumed = await operator.command(id, "resume");
    expect(resumed.status).toBe(202);
    expect(resumed.headers.get("location")).toBe(`${shop.host.url}/api/instances/${id}`);
    await shop.host.instance(id).completion();
    const instance = await operator.detail(id);
    expect(instance.status).toBe("completed");
    expect(confirmations()).toHaveLength(1);
    expect(instance.history.events).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ event: "suspended", reason: "stock is being counted" }),
        expect.objectContaining({ event: "resumed", reason: "By request of an operator" }),
      ]),
    );
  });

  test("of several callers at once, those that come too late get a 409 with the reason", async () => {
    const { id } = await operator.heldOrder();
    const commands = { suspend: "suspended", resume: "running" };
    for (const [name, status] of Object.entries(commands)) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => operator.command(id, name)));
      await statusOf(id).toBe(status);
      const refused = answers.filter((answer) => answer.status !== 202);
      expect(refused.length).toBeLessThan(6);
      const detail = `An instance that is ${status} does not allow ${name}`;
      for (const answer of refused) expect(await answer.json()).toMatchObject({ status: 409, detail });
    }
  });

  test("a command for what an instance was before another caller's command is refused", async () => {
    const { id } = await operator.heldOrder();
    const hub = hubOf(shop.host);
    const before = await existing(id);
    const suspend = () =>
      executeCommand("suspend", hub, before, {
        reason: "stock is being counted",
        nextInputs: RESTART_INPUTS,
      });
    await suspend();
    await statusOf(id).toBe("suspended");
    const detail = "An instance that is suspended does not allow suspend";
    await expect(suspend()).rejects.toMatchObject({ kind: "conflict", message: detail });
  });

  test.each(["a & b # c + d %41", "NaN", "undefined", "12", '{"a":1}', 'say "no"'])(
    "terminate ends an instance, with the reason %j in its history",
    async (reason) => {
      const { id, step } = await operator.heldOrder();
      expect((await operator.command(id, "terminate", { reason })).status).toBe(202);
      await statusOf(id).toBe("canceled");
      step.release();
      const ended = await operator.detail(id);
      expect(ended).toMatchObject({ status: "canceled", error: { type: "terminated", message: reason } });
      expect(ended.history.events).toContainEqual(
        expect.objectContaining({ event: "terminationRequested", reason }),
      );
      expect((await operator.command(id, "terminate")).status).toBe(409);
    },
  );

  test("rewind restarts an instance if its history would not match the code", async () => {
    const id = await operator.endedOrder("tok_down");
    const charges = () =>
      shop.host.activity("chargePayment").calls.filter(({ instanceId }) => instanceId === id).length;
    const tries = charges();
    expect((await operator.command(id, "rewind")).status).toBe(202);
    await shop.host.instance(id).completion();
    await shop.host.settle();
    // It was undone, and is not charged afterwards.
    expect(charges()).toBe(tries);
    expect(await operator.detail(id)).toMatchObject({ status: "failed", error: { type: "failed" } });
    const started = (await operator.detail(id)).history.events.filter(({ event }) => event === "started");
    expect(started).toHaveLength(1);
  });

  test.each(["suspend", "resume", "terminate", "rewind"])("%s of a completed one is a 409", async (name) => {
    expect((await operator.command(await operator.endedOrder(), name)).status).toBe(409);
  });

  test.each(["suspend", "resume", "terminate", "rewind"])("%s of an unknown one is a 404", async (name) => {
    for (const id of ["nobody", "@productsales@mug-300"]) {
      const response = await operator.command(id, name);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    }
  });

  test.each([
    [{ reason: "" }, "/reason"],
    [{ reason: "more than two hundred characters ".repeat(7) }, "/reason"],
    [{ reason: "two\nlines" }, "/reason"],
    [{ reason: 7 }, "/reason"],
    [{ reason: "x", force: true }, "/force"],
  ])("a body like %o is a 400", async (body, pointer) => {
    const { id, step } = await operator.heldOrder();
    const response = await operator.command(id, "terminate", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
    step.release();
    expect(await shop.host.instance(id).completion()).toMatchObject({ runtimeStatus: "Completed" });
  });
});

describe("DELETE", () => {
  test("purges a finished instance, once", async () => {
    const id = await operator.endedOrder();
    expect((await operator.fetch(`/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await operator.fetch(`/${id}`)).status).toBe(404);
    expect((await operator.fetch(`/${id}`, { method: "DELETE" })).status).toBe(404);
  });

  test("of a running one is a 409, and does not change it", async () => {
    const { id, step } = await operator.heldOrder();
    const response = await operator.fetch(`/${id}`, { method: "DELETE" });
    expect(response.status).toBe(409);
    step.release();
    expect(await shop.host.instance(id).completion()).toMatchObject({ runtimeStatus: "Completed" });
  });
});
