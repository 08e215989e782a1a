import { describe, expect, test } from "vitest";
import { Problem } from "../../../src/http/problem.ts";
import { validate } from "../../../src/http/read-request.ts";
import { orderRequest } from "../../../src/patterns/order-chaining/order.contract.ts";
import { anOrder, withValue } from "./order-samples.ts";

function pointersOf(body: unknown): string[] {
  try {
    validate(orderRequest, body, "body");
    return [];
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return error.errors.map(({ pointer }) => pointer);
  }
}

const line = { sku: "mug-300", quantity: 1 };

describe("an order", () => {
  test("is accepted unchanged, except for blanks around names", () => {
    expect(validate(orderRequest, anOrder(), "body")).toEqual(anOrder());
    const padded = withValue("/shipTo/city", "  Zürich ");
    expect(validate(orderRequest, padded, "body").shipTo.city).toBe("Zürich");
  });

  test.each([
    ["/lines", Array.from({ length: 50 }, () => line)],
    ["/lines/0/quantity", 100],
    ["/lines/0/sku", "a".repeat(64)],
    ["/customer/name", "Ñandú O’Neill-李 👩‍👩‍👧"],
    ["/shipTo/postalCode", "SW1A 1AA"],
    ["/shipTo/postalCode", "1234-567"],
    ["/payment/token", "tok_nobody_knows_it"],
  ])("with %s = %j is accepted", (pointer, value) => {
    expect(pointersOf(withValue(pointer, value))).toEqual([]);
  });

  test.each([
    ["/lines", []],
    ["/lines", Array.from({ length: 51 }, () => line)],
    ["/lines", "mug-300"],
    ["/lines/0", null],
    ["/lines/0/quantity", 0],
    ["/lines/0/quantity", 101],
    ["/lines/0/quantity", 1.5],
    ["/lines/0/quantity", "1"],
    ["/lines/0/quantity", undefined],
    ["/lines/1/sku", ""],
    ["/lines/1/sku", "Mug-300"],
    ["/lines/1/sku", "-mug"],
    ["/lines/1/sku", "../etc"],
    ["/lines/1/sku", "a".repeat(65)],
    ["/lines/2/price", 1],
    ["/customer", undefined],
    ["/customer/name", "   "],
    ["/customer/name", "a".repeat(101)],
    ["/customer/name", "Eve\r\nBcc: all@example.com"],
    ["/customer/name", "nul\u0000"],
    ["/customer/name", "line\u2028separator"],
    ["/customer/name", "\ud800"],
    ["/customer/name", "\u202Eeve"],
    ["/shipTo/name", "eve\u2066"],
    ["/customer/email", "nobody"],
    ["/customer/email", "a@example.com\nb@example.com"],
    ["/customer/email", `${"a".repeat(250)}@example.com`],
    ["/customer/phone", "1"],
    ["/shipTo/street", "a".repeat(201)],
    ["/shipTo/street", "One\tTwo"],
    ["/shipTo/postalCode", "1"],
    ["/shipTo/postalCode", "12345678901"],
    ["/shipTo/postalCode", " 10115"],
    ["/shipTo/country", "de"],
    ["/shipTo/country", "DEU"],
    ["/shipTo/country", 49],
    ["/payment/token", "4111111111111111"],
    ["/payment/token", "tok_"],
    ["/payment/token", "tok_OK"],
    ["/payment/token", `tok_${"a".repeat(41)}`],
    ["/payment/card", "4111111111111111"],
    ["/instanceId", "order-1"],
    ["/__proto__", { admin: true }],
    ["/a~1b", 1],
  ])("with %s = %j is refused there", (pointer, value) => {
    const body = pointer === "/a~1b" ? { ...anOrder(), "a/b": value } : withValue(pointer, value);
    expect(pointersOf(body)).toEqual([pointer]);
  });

  test.each([[null], [[]], ["order"], [7]])("that is %j is refused as a whole", (body) => {
    expect(pointersOf(body)).toEqual([""]);
  });

  test("with many errors names no more than 20 fields", () => {
    const body = { ...anOrder(), lines: Array.from({ length: 50 }, () => ({ sku: "", quantity: -1 })) };
    expect(pointersOf(body)).toHaveLength(20);
  });
});
