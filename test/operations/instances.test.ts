import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { type Shop, startShop } from "../support/shop.ts";
import { type Detail, Operator, type Summary } from "./operator.ts";

let shop: Shop;
let operator: Operator;

beforeAll(async () => {
  shop = await startShop();
  operator = new Operator(shop);
});
afterAll(() => shop?.host.stop());

interface Page {
  readonly instances: readonly Summary[];
  readonly continuation?: string;
}

async function all(query = ""): Promise<Summary[]> {
  const found: Summary[] = [];
  let continuation: string | undefined;
  do {
    const parameters = new URLSearchParams(query);
    if (continuation !== undefined) parameters.set("continuation", continuation);
    const response = await operator.fetch(`?${parameters.toString()}`);
    expect(response.status).toBe(200);
    const page = (await response.json()) as Page;
    found.push(...page.instances);
    ({ continuation } = page);
  } while (continuation !== undefined);
  return found;
}

const names = ({ history }: Detail) =>
  history.events.map(({ event, name }) => (typeof name === "string" ? `${event} ${name}` : event));

describe("an instance", () => {
  test("that has completed shows all its steps", async () => {
    const id = await operator.endedOrder();
    const instance = await operator.detail(id);
    expect(instance).toMatchObject({
      id,
      pattern: "order-chaining",
      orchestration: "orderFulfilment",
      status: "completed",
      result: { kind: "confirmed" },
      links: { self: `${shop.host.url}/api/instances/${id}` },
    });
    expect(names(instance)).toEqual([
      "started orderFulfilment",
      "activityCompleted priceOrder",
      "activityCompleted reserveStock",
      "activityCompleted chargePayment",
      "activityCompleted bookShipment",
      "activityCompleted confirmOrder",
      "entitySignaled productsales.sold",
      "entitySignaled productsales.sold",
      "activityCompleted sendConfirmation",
      "completed",
    ]);
    expect(instance.history.events.filter(({ event }) => event === "entitySignaled")).toMatchObject([
      { target: "mug-300" },
      { target: "book-a4-24" },
    ]);
  });

  test("that has failed shows the reason and its retries", async () => {
    const instance = await operator.detail(await operator.endedOrder("tok_down"));
    expect(instance).toMatchObject({
      status: "failed",
      error: { type: "failed", message: expect.stringContaining("The card processor is down") },
      progress: { step: "chargePayment", error: { type: "paymentUnavailable" } },
    });
    expect(names(instance)).toEqual(
      expect.arrayContaining(["activityFailed chargePayment", "timerSet", "timerFired", "failed"]),
    );
  });

  test("shows no customer data, stack, management URL or key", async () => {
    for (const token of ["tok_ok", "tok_down", "tok_declined"]) {
      const text = JSON.stringify(await operator.detail(await operator.endedOrder(token)));
      expect(text).not.toMatch(/Sample Customer|customer@example\.com|tok_|Example Street/);
      expect(text).not.toMatch(/\bat .*\.(js|ts):\d+|\$type|\$OutOfProcData|node_modules/);
      expect(text).not.toMatch(/runtime\/webhooks|durabletask|code=/i);
    }
  });

  test.each(["nobody", "@productsales@mug-300", "..%2finstances", "a%3fshowHistory%3dtrue", "a b", "%01"])(
    "with id %j does not exist",
    async (id) => {
      const response = await operator.fetch(`/${id}`);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    },
  );
});

describe("the list", () => {
  test("is filtered by status, pattern and time", async () => {
    const [good, bad] = [await operator.endedOrder(), await operator.endedOrder("tok_down")];
    const ids = async (query: string) => (await all(query)).map(({ id }) => id);
    expect(await ids("")).toEqual(expect.arrayContaining([good, bad]));
    expect(await ids("status=failed")).toContain(bad);
    expect(await ids("status=failed")).not.toContain(good);
    expect(await ids("status=failed,completed")).toEqual(expect.arrayContaining([good, bad]));
    expect(await ids("status=running")).toEqual([]);
    expect(await ids("pattern=order-chaining")).toEqual(expect.arrayContaining([good, bad]));
    expect(await ids("pattern=image-fan-out")).toEqual([]);
    expect(await ids("from=2025-12-31T00:00:00Z&to=2026-12-31T00:00:00%2B01:00")).toContain(good);
    expect(await ids("from=2027-01-01T00:00:00Z")).toEqual([]);
    expect(await ids("to=2025-01-01T00:00:00Z")).toEqual([]);
  });

  test("has pages with each instance once, and no entity", async () => {
    const started = await Promise.all(Array.from({ length: 120 }, () => operator.orders.place(anOrder())));
    for (const id of started) await shop.host.instance(id).completion();
    const response = await operator.fetch("");
    expect(((await response.json()) as Page).continuation).toMatch(/^[\w-]+$/);
    const ids = (await all()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(started));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.startsWith("@"))).toEqual([]);
  });

  test("is found after any number of entities, which the task hub lists first", async () => {
    const id = await operator.endedOrder();
    for (let n = 0; n < 250; n++) {
      await shop.host.hub.signalEntity({ name: "productsales", key: `many-${n}` }, "sold", "{}");
    }
    await shop.host.settle();
    const first = (await (await operator.fetch("")).json()) as Page;
    expect(first.instances.length).toBeGreaterThan(0);
    expect((await all()).map((instance) => instance.id)).toContain(id);
  });

  test("ignores Azure's own parameters", async () => {
    expect((await operator.fetch("?code=secret&clientId=default")).status).toBe(200);
  });

  test.each([
    ["status=done", "#query/status"],
    ["status=", "#query/status"],
    ["status=Completed", "#query/status"],
    ["status=running,", "#query/status"],
    ["pattern=orders", "#query/pattern"],
    ["pattern=constructor", "#query/pattern"],
    ["from=yesterday", "#query/from"],
    ["from=2026-01-01", "#query/from"],
    ["to=2026-13-01T00:00:00Z", "#query/to"],
    ["from=2026-02-01T00:00:00Z&to=2026-01-01T00:00:00Z", "#query/to"],
    ["from=0000-01-01T00:00:00Z", "#query/from"],
    ["from=9999-12-31T23:59:59-23:59", "#query/from"],
    ["continuation=a%0d%0ab", "#query/continuation"],
    ["top=5", "#query/top"],
    ["showInput=true", "#query/showInput"],
  ])("refuses ?%s", async (query, pointer) => {
    const response = await operator.fetch(`?${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });
});
