import { expect, test } from "vitest";
import { checkEnds, type Ended } from "../../tools/traffic/checks.ts";

const [ASKED, ENDED] = [100_000, 200_000];

/** Whether it is wrong that a process that should be completed ends like this, if host or worker died then. */
function isWrong(pattern: string, end: string, target: "host" | "worker", at: number): boolean {
  const [status, kind] = end.split(" ");
  const process = { id: "it", pattern, kind: "", ends: ["completed confirmed"], askedAt: ASKED };
  const invariants = checkEnds({
    started: [process],
    states: new Map([["it", { status, result: { kind } }]]),
    kills: [{ target, at }],
    instances: [{ id: "it", updatedAt: new Date(ENDED).toISOString() }],
  } as unknown as Ended);
  return invariants.some(({ broken }) => broken.length > 0);
}

const UNAVAILABLE = "failed paymentUnavailable";
const meanwhile = (ASKED + ENDED) / 2;

test.each([
  ["as it should", "order", "completed confirmed", "host", meanwhile, false],
  ["without a try left, and a worker died", "order", UNAVAILABLE, "worker", meanwhile, false],
  ["without a try left, and only the host died", "order", UNAVAILABLE, "host", meanwhile, true],
  ["without a try left, and a worker died just before", "order", UNAVAILABLE, "worker", ASKED - 1999, false],
  ["without a try left, and a worker died before it", "order", UNAVAILABLE, "worker", ASKED - 2000, true],
  ["without a try left, and a worker died just after", "order", UNAVAILABLE, "worker", ENDED + 1999, false],
  ["without a try left, and a worker died after it", "order", UNAVAILABLE, "worker", ENDED + 2000, true],
  ["with another failure, and a worker died", "order", "failed internal", "worker", meanwhile, true],
  ["as no death of a worker makes it end", "order", "completed outOfStock", "worker", meanwhile, true],
  ["without a try left, and it is no order", "refund", UNAVAILABLE, "worker", meanwhile, true],
] as const)("a process that ends %s", (_how, pattern, end, target, at, wrong) => {
  expect(isWrong(pattern, end, target, at)).toBe(wrong);
});
