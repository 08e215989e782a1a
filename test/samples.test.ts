import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { validate } from "../src/http/read-request.ts";
import { orderRequest } from "../src/patterns/order-chaining/order.contract.ts";

const ORDERS = path.resolve(import.meta.dirname, "../samples/orders");

test.each(readdirSync(ORDERS))("the shop accepts the sample order %s", (file) => {
  const order: unknown = JSON.parse(readFileSync(path.join(ORDERS, file), "utf8"));
  expect(validate(orderRequest, order, "body")).toEqual(order);
});
