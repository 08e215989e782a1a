import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { Orders } from "../patterns/order-chaining/orders.ts";
import { type Shop, startShop } from "../support/shop.ts";

let shop: Shop;
let orders: Orders;

beforeAll(async () => {
  shop = await startShop();
  orders = new Orders(shop.host.url, shop.storage);
});
afterAll(() => shop?.host.stop());

interface Summary {
  readonly id: string;
  readonly pattern: string | null;
  readonly status: string;
  readonly version?: string;
  readonly links: { readonly self: string };
}
interface Detail extends Summary {
  readonly progress: unknown;
  readonly result?: unknown;
  readonly error?: { readonly type: string; readonly message: string };
  readonly history: {
    readonly omitted: number;
    readonly events: readonly (Readonly<Record<string, unknown>> & { readonly event: string })[];
  };
}
interface Page {
  readonly instances: readonly Summary[];
  readonly continuation?: string;
}

const fetchApi = (route: string, init?: RequestInit) => shop.host.fetch(`/api/instances${route}`, init);

async function detail(id: string): Promise<Detail> {
  const response = await fetchApi(`/${id}`);
  expect(response.status).toBe(200);
  return (await response.json()) as Detail;
}

function command(id: string, name: string, body?: unknown): Promise<Response> {
  return fetchApi(`/${id}/${name}`, {
    method: "POST",
    ...(body !== undefined && {
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
    }),
  });
}

/** A command takes effect slightly later; the held step keeps the host busy in the meantime. */
const statusOf = (id: string) => expect.poll(async () => (await detail(id)).status);

async function all(query = ""): Promise<Summary[]> {
  const found: Summary[] = [];
  let continuation: string | undefined;
  do {
    const parameters = new URLSearchParams(query);
    if (continuation !== undefined) parameters.set("continuation", continuation);
    const response = await fetchApi(`?${parameters.toString()}`);
    expect(response.status).toBe(200);
    const page = (await response.json()) as Page;
    found.push(...page.instances);
    ({ continuation } = page);
  } while (continuation !== undefined);
  return found;
}

async function endedOrder(token = "tok_ok"): Promise<string> {
  const id = await orders.place(anOrder({ token }));
  await shop.host.instance(id).completion();
  await shop.host.settle();
  return id;
}

/** An order that waits for the release of one of its steps. */
async function heldOrder() {
  const held = shop.host.activity("bookShipment").nextCall();
  const id = await orders.place(anOrder());
  return { id, step: await held };
}

const names = ({ history }: Detail) =>
  history.events.map(({ event, name }) => (typeof name === "string" ? `${event} ${name}` : event));

describe("an instance", () => {
  test("that has completed shows all its steps", async () => {
    const id = await endedOrder();
    const instance = await detail(id);
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
    const instance = await detail(await endedOrder("tok_down"));
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
      const text = JSON.stringify(await detail(await endedOrder(token)));
      expect(text).not.toMatch(/Sample Customer|customer@example\.com|tok_|Example Street/);
      expect(text).not.toMatch(/\bat .*\.(js|ts):\d+|\$type|\$OutOfProcData|node_modules/);
      expect(text).not.toMatch(/runtime\/webhooks|durabletask|code=/i);
    }
  });

  test.each(["nobody", "@productsales@mug-300", "..%2finstances", "a%3fshowHistory%3dtrue", "a b", "%01"])(
    "with id %j does not exist",
    async (id) => {
      const response = await fetchApi(`/${id}`);
      expect(response.status).toBe(404);
      expect(response.headers.get("content-type")).toBe("application/problem+json");
    },
  );
});

describe("the list", () => {
  test("is filtered by status, pattern and time", async () => {
    const [good, bad] = [await endedOrder(), await endedOrder("tok_down")];
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
    const started = await Promise.all(Array.from({ length: 120 }, () => orders.place(anOrder())));
    for (const id of started) await shop.host.instance(id).completion();
    const response = await fetchApi("");
    expect(((await response.json()) as Page).continuation).toMatch(/^[\w-]+$/);
    const ids = (await all()).map(({ id }) => id);
    expect(ids).toEqual(expect.arrayContaining(started));
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.filter((id) => id.startsWith("@"))).toEqual([]);
  });

  test("is found after any number of entities, which the task hub lists first", async () => {
    const id = await endedOrder();
    for (let n = 0; n < 250; n++) {
      await shop.host.hub.signalEntity({ name: "productsales", key: `many-${n}` }, "sold", "{}");
    }
    await shop.host.settle();
    const first = (await (await fetchApi("")).json()) as Page;
    expect(first.instances.length).toBeGreaterThan(0);
    expect((await all()).map((instance) => instance.id)).toContain(id);
  });

  test("ignores Azure's own parameters", async () => {
    expect((await fetchApi("?code=secret&clientId=default")).status).toBe(200);
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
    const response = await fetchApi(`?${query}`);
    expect(response.status).toBe(400);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
  });
});

describe("commands", () => {
  test("suspend stops an instance, resume continues it", async () => {
    const { id, step } = await heldOrder();
    expect((await command(id, "suspend", { reason: "stock is being counted" })).status).toBe(202);
    await statusOf(id).toBe("suspended");
    step.release();
    await shop.host.settle();
    expect(await detail(id)).toMatchObject({ status: "suspended" });
    const confirmations = () =>
      shop.host.activity("confirmOrder").calls.filter(({ instanceId }) => instanceId === id);
    expect(confirmations()).toHaveLength(0);
    expect((await command(id, "suspend")).status).toBe(409);
    const resumed = await command(id, "resume");
    expect(resumed.status).toBe(202);
    expect(resumed.headers.get("location")).toBe(`${shop.host.url}/api/instances/${id}`);
    await shop.host.instance(id).completion();
    const instance = await detail(id);
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
    const { id } = await heldOrder();
    const commands = { suspend: "suspended", resume: "running" };
    for (const [name, status] of Object.entries(commands)) {
      const answers = await Promise.all(Array.from({ length: 6 }, () => command(id, name)));
      await statusOf(id).toBe(status);
      const refused = answers.filter((answer) => answer.status !== 202);
      expect(refused.length).toBeLessThan(6);
      const detail = `An instance that is ${status} does not allow ${name}`;
      for (const answer of refused) expect(await answer.json()).toMatchObject({ status: 409, detail });
    }
  });

  test.each(["a & b # c + d %41", "NaN", "undefined", "12", '{"a":1}', 'say "no"'])(
    "terminate ends an instance, with the reason %j in its history",
    async (reason) => {
      const { id, step } = await heldOrder();
      expect((await command(id, "terminate", { reason })).status).toBe(202);
      await statusOf(id).toBe("canceled");
      step.release();
      const ended = await detail(id);
      expect(ended).toMatchObject({ status: "canceled", error: { type: "terminated", message: reason } });
      expect(ended.history.events).toContainEqual(
        expect.objectContaining({ event: "terminationRequested", reason }),
      );
      expect((await command(id, "terminate")).status).toBe(409);
    },
  );

  test("rewind restarts an instance if its history would not match the code", async () => {
    const id = await endedOrder("tok_down");
    const charges = () =>
      shop.host.activity("chargePayment").calls.filter(({ instanceId }) => instanceId === id).length;
    const tries = charges();
    expect((await command(id, "rewind")).status).toBe(202);
    await shop.host.instance(id).completion();
    await shop.host.settle();
    // It was undone, and is not charged afterwards.
    expect(charges()).toBe(tries);
    expect(await detail(id)).toMatchObject({ status: "failed", error: { type: "failed" } });
    const started = (await detail(id)).history.events.filter(({ event }) => event === "started");
    expect(started).toHaveLength(1);
  });

  test.each(["suspend", "resume", "terminate", "rewind"])("%s of a completed one is a 409", async (name) => {
    expect((await command(await endedOrder(), name)).status).toBe(409);
  });

  test.each(["suspend", "resume", "terminate", "rewind"])("%s of an unknown one is a 404", async (name) => {
    for (const id of ["nobody", "@productsales@mug-300"]) {
      const response = await command(id, name);
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
    const { id, step } = await heldOrder();
    const response = await command(id, "terminate", body);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ errors: [{ pointer }] });
    step.release();
    expect(await shop.host.instance(id).completion()).toMatchObject({ runtimeStatus: "Completed" });
  });
});

describe("DELETE", () => {
  test("purges a finished instance, once", async () => {
    const id = await endedOrder();
    expect((await fetchApi(`/${id}`, { method: "DELETE" })).status).toBe(204);
    expect((await fetchApi(`/${id}`)).status).toBe(404);
    expect((await fetchApi(`/${id}`, { method: "DELETE" })).status).toBe(404);
  });

  test("of a running one is a 409, and does not change it", async () => {
    const { id, step } = await heldOrder();
    const response = await fetchApi(`/${id}`, { method: "DELETE" });
    expect(response.status).toBe(409);
    step.release();
    expect(await shop.host.instance(id).completion()).toMatchObject({ runtimeStatus: "Completed" });
  });
});
