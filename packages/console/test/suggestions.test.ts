import { afterEach, expect, test, vi } from "vitest";
import type { Operation } from "../src/page/api/openapi.ts";
import { suggestionsFor } from "../src/page/start/suggestions.ts";

const instance = (instanceId: string, output: object, at: number, input: object = {}) => ({
  instanceId,
  runtimeStatus: "Completed",
  createdTime: `2026-11-27T11:00:0${at}Z`,
  input,
  output,
});

const ORDERS = [
  instance("order-1", { kind: "confirmed" }, 1),
  instance("order-2", { kind: "confirmed" }, 2),
  instance("order-3", { kind: "paymentDeclined" }, 3),
  instance("order-3:mail", {}, 0),
];

/** An operation with the field `orderId`. */
const operation = (isStart: boolean) =>
  ({
    parameters: [],
    json: { properties: { orderId: { type: "string" } } },
    isStart,
  }) as unknown as Operation;

function answer(others: readonly object[]): void {
  vi.stubGlobal("location", { href: "http://localhost/" });
  vi.stubGlobal("fetch", (path: string) => {
    const prefix = new URL(path, "http://localhost").searchParams.get("instanceIdPrefix");
    return Promise.resolve(Response.json(prefix === null ? [...ORDERS, ...others] : ORDERS));
  });
}

afterEach(() => vi.unstubAllGlobals());

const suggestion = async (isStart: boolean) =>
  (await suggestionsFor(operation(isStart), (schema) => schema, AbortSignal.timeout(5000))).get("orderId");

test("the sample is the newest that ended well and was not used", async () => {
  answer([]);
  expect(await suggestion(true)).toMatchObject({ sample: "order-2" });
  answer([instance("refund-1", {}, 4, { orderId: "order-2" })]);
  expect(await suggestion(true)).toMatchObject({ sample: "order-1" });
  expect((await suggestion(true))?.values).toEqual(["order-3", "order-2", "order-1"]);
});

test("what starts nothing may use it again", async () => {
  answer([instance("refund-1", {}, 4, { orderId: "order-2" })]);
  expect(await suggestion(false)).toMatchObject({ sample: "order-2" });
});

test("there is no sample if all were used, also by a name in an id", async () => {
  answer([instance("refund-of-order-1", {}, 4), instance("refund-1", {}, 5, { orderId: "order-2" })]);
  expect(await suggestion(true)).toEqual({ sample: undefined, values: ["order-3", "order-2", "order-1"] });
});
