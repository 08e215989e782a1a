import { expect, test } from "vitest";
import { layoutOf } from "../src/page/learn/flow/layout.ts";

/** Of a character of the notes, at least. */
const CHARACTER = 5;

test("there is room at both sides for what stands below a short name", () => {
  const { nodes, left, width } = layoutOf({ nodes: ["pay"], edges: [{ from: "pay", to: "pay", label: "" }] });
  const half = ("×2000, 3 failed".length * CHARACTER) / 2;
  for (const { x } of nodes) {
    expect(x - half).toBeGreaterThan(left);
    expect(x + half).toBeLessThan(left + width);
  }
});

test("there is room at both sides for what stands above a short name", () => {
  const label = "when the customer has answered";
  const { nodes, left, width } = layoutOf({
    nodes: ["ask", "pay"],
    edges: [{ from: "ask", to: "pay", label }],
  });
  const pay = nodes.find(({ name }) => name === "pay");
  expect(pay?.label).toBe(label);
  const half = (label.length * CHARACTER) / 2;
  expect((pay?.x ?? 0) - half).toBeGreaterThan(left);
  expect((pay?.x ?? 0) + half).toBeLessThan(left + width);
});

test("nodes that are wider than their texts need no more room", () => {
  expect(layoutOf({ nodes: ["chargeTheWholePayment"], edges: [] }).left).toBe(0);
});
