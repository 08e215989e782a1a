import { describe, expect, test } from "vitest";
import { addFacts, toCsv } from "../../../src/patterns/report-async-http/figures/totals.ts";
import { aFact } from "./reports.ts";

const facts = [
  aFact(),
  aFact({ key: "order-1:01", isFirst: false, sku: "book-a4-24", quantity: 2 }),
  aFact({ key: "order-2:00", orderId: "order-2", country: "FR", at: "2026-11-25T00:00:00.000Z" }),
  aFact({ key: "refund-1:00", kind: "refund", quantity: 0, amount: { value: 100, currency: "EUR" } }),
];
const heading = "orders,units,revenue,refunds,currency";

describe("totals", () => {
  test.each([
    ["day", ["2026-11-24,1,3,21.98,1.00,EUR", "2026-11-25,1,1,10.99,0.00,EUR"]],
    ["sku", ["book-a4-24,1,2,10.99,0.00,EUR", "mug-300,2,2,21.98,1.00,EUR"]],
    ["country", ["DE,1,3,21.98,1.00,EUR", "FR,1,1,10.99,0.00,EUR"]],
  ] as const)("by %s count each order once per line", (groupBy, lines) => {
    const csv = toCsv(addFacts([], facts, groupBy), groupBy);
    expect(csv).toBe([`${groupBy},${heading}`, ...lines, ""].join("\r\n"));
  });

  test("do not depend on how the facts are divided", () => {
    let totals = addFacts([], [], "sku");
    for (const fact of facts) totals = addFacts(totals, [fact], "sku");
    expect(toCsv(totals, "sku")).toBe(toCsv(addFacts([], facts, "sku"), "sku"));
  });

  test("keep currencies separate and write each in its usual form", () => {
    const other = [aFact({ amount: { value: 1299, currency: "JPY" } }), aFact()];
    expect(
      toCsv(addFacts([], other, "sku"), "sku")
        .split("\r\n")
        .slice(1, 3),
    ).toEqual(["mug-300,1,1,10.99,0.00,EUR", "mug-300,1,1,1299,0,JPY"]);
  });

  test("stay numbers below zero: an order is undone on the day after its sale", () => {
    const undone = [
      aFact(),
      aFact({ key: "order-1-withdrawn:00", kind: "withdrawal", at: "2026-11-25T00:00:00.000Z" }),
    ];
    expect(toCsv(addFacts([], undone, "day"), "day")).toBe(
      `day,${heading}\r\n2026-11-24,1,1,10.99,0.00,EUR\r\n2026-11-25,-1,-1,-10.99,0.00,EUR\r\n`,
    );
  });

  test("escape names that a spreadsheet would run", () => {
    const evil = [
      aFact({ sku: '=HYPERLINK("http://x")' }),
      aFact({ sku: "@SUM(A1)" }),
      aFact({ sku: "a,b\r\n=1" }),
    ];
    expect(toCsv(addFacts([], evil, "sku"), "sku")).toBe(
      `sku,${heading}\r\n"'=HYPERLINK(""http://x"")",1,1,10.99,0.00,EUR\r\n` +
        `'@SUM(A1),1,1,10.99,0.00,EUR\r\n"a,b\r\n=1",1,1,10.99,0.00,EUR\r\n`,
    );
  });
});
