import { beforeAll, describe, expect, test } from "vitest";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";
import { api, post, problemIn, start } from "./app.ts";

interface Summary {
  readonly id: string;
  readonly pattern: string;
  readonly status: string;
  readonly createdAt: string;
}
interface Detail extends Summary {
  readonly history: { readonly events: readonly { readonly event: string }[] };
}

const detail = (id: string) => api.get<Detail>(`/api/instances/${id}`);
const command = (id: string, name: string, body?: object) =>
  body ? post(`/api/instances/${id}/${name}`, body) : api.call("POST", `/api/instances/${id}/${name}`);
/** A refund that waits for days without a decision. */
const waiting = () =>
  start("/api/refunds", {
    orderId: endedOrder,
    amount: { value: 5500, currency: "EUR" },
    reason: "Waits until an operator comes",
    approver: "approver@example.com",
    escalateTo: "second@example.com",
  });

let endedOrder: string;
beforeAll(async () => {
  const { id, url } = await start("/api/orders", anOrder());
  await api.watch(url);
  endedOrder = id;
});

describe("the list of instances", () => {
  test("is filtered by pattern, status and time, page by page", async () => {
    const { createdAt } = await detail(endedOrder);
    const found: Summary[] = [];
    let continuation: string | undefined;
    do {
      const query = new URLSearchParams({ pattern: "order-chaining", status: "completed", from: createdAt });
      if (continuation !== undefined) query.set("continuation", continuation);
      const page = await api.get<{ instances: Summary[]; continuation?: string }>(
        `/api/instances?${query.toString()}`,
      );
      found.push(...page.instances);
      ({ continuation } = page);
    } while (continuation !== undefined);
    expect(found.map(({ id }) => id)).toContain(endedOrder);
    expect(new Set(found.map(({ id }) => id)).size).toBe(found.length);
    expect(found.every(({ pattern, status }) => pattern === "order-chaining" && status === "completed")).toBe(
      true,
    );
  });

  test.each(["pattern=nothing", "status=dead", "from=yesterday", "to=1", "continuation=%0d%0a", "limit=1"])(
    "with %s is a 400",
    async (query) => {
      const name = query.split("=")[0] ?? "";
      const answer = api.call("GET", `/api/instances?${query}`);
      expect(await problemIn(answer)).toMatchObject({ status: 400, pointer: `#query/${name}` });
    },
  );
});

describe.concurrent("an instance", () => {
  test("shows a readable history", async ({ expect }) => {
    const { history } = await detail(endedOrder);
    expect(history.events.map(({ event }) => event)).toEqual(
      expect.arrayContaining(["started", "activityCompleted", "completed"]),
    );
  });

  test("is suspended, resumed, terminated and purged", async ({ expect }) => {
    const { id } = await waiting();
    const isNow = (status: string) =>
      expect.poll(async () => (await detail(id)).status, { timeout: 20_000, interval: 200 }).toBe(status);
    await isNow("running");
    expect((await command(id, "suspend", { reason: "On hold" })).status).toBe(202);
    await isNow("suspended");
    expect(await problemIn(command(id, "suspend"))).toMatchObject({ status: 409 });
    expect((await command(id, "resume")).status).toBe(202);
    await isNow("running");
    expect(await problemIn(api.call("DELETE", `/api/instances/${id}`))).toMatchObject({ status: 409 });
    expect((await command(id, "terminate", { reason: "Not needed" })).status).toBe(202);
    await isNow("canceled");
    expect((await api.call("DELETE", `/api/instances/${id}`)).status).toBe(204);
    expect(await problemIn(api.call("GET", `/api/instances/${id}`))).toMatchObject({ status: 404 });
  });

  test("that has ended accepts no command", async ({ expect }) => {
    for (const name of ["suspend", "resume", "terminate", "rewind", "restart"]) {
      expect(await problemIn(command(endedOrder, name)), name).toMatchObject({ status: 409 });
    }
  });

  test("that does not exist is a 404, a reason with a line end a 400", async ({ expect }) => {
    expect(await problemIn(api.call("GET", "/api/instances/nobody"))).toMatchObject({ status: 404 });
    expect(await problemIn(api.call("DELETE", "/api/instances/nobody"))).toMatchObject({ status: 404 });
    expect(await problemIn(command("nobody", "terminate"))).toMatchObject({ status: 404 });
    const answer = command(endedOrder, "terminate", { reason: "A\r\nB" });
    expect(await problemIn(answer)).toMatchObject({ status: 400, pointer: "/reason" });
  });
});

test("health checks storage and the task hub, and needs no key", async () => {
  const answer = await fetch(`${api.base}/api/health`);
  expect(answer.status).toBe(200);
  const parts = { tables: {}, queues: {}, blobs: {}, taskHub: {}, instances: {} };
  expect(await answer.json()).toMatchObject({ status: expect.stringMatching(/^(healthy|degraded)$/), parts });
});

test("the API describes itself", async () => {
  const answer = await fetch(`${api.base}/api/openapi.json`);
  expect(answer.status).toBe(200);
  const document = (await answer.json()) as { openapi: string; paths: object };
  expect(document.openapi).toMatch(/^3\.1\./);
  expect(Object.keys(document.paths)).toEqual(expect.arrayContaining(["/api/orders", "/api/openapi.json"]));
});
