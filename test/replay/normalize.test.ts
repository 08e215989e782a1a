import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import { normalized } from "./normalize.ts";

const one = (value: unknown): unknown => JSON.parse(normalized([JSON.stringify(value)])[0] ?? "");

test("ids get the numbers of their first appearance, the same one everywhere and in every form", () => {
  const id = "9f86d081-884c-4d65-9a2f-eaa0c55ad015";
  const texts = [`"order-${id}"`, `"${id.replaceAll("-", "")}"`, '"e3b0c442-98fc-4c14-8afb-f4c8996fb924"'];
  expect(normalized(texts)).toEqual([
    '"order-00000000-0000-0000-0000-000000000001"',
    '"00000000000000000000000000000001"',
    '"00000000-0000-0000-0000-000000000002"',
  ]);
});

test("digests of ids and etags are ids too, and keep their form", () => {
  expect(one(["pay_71c521f227a3e236f437f535", "PP18D83155A4B37D48", '"0x20C9536CB900F60"'])).toEqual([
    "pay_000000000000000000000001",
    "PP0000000000000002",
    '"0x000000000000003"',
  ]);
});

test.each(["2035-01-08T09:00:00.0000010Z", "mug-300", "refund-1", "10115", "1234567890", "PT1M", "deadbeef"])(
  "%s is not an id",
  (text) => expect(one(text)).toBe(text),
);

test("stack frames of the app keep their file and function, and those of Node, packages and tests are left out", () => {
  const root = pathToFileURL(ROOT).href;
  const stack = [
    "Error: no stock",
    `    at FaultInjector.throwIfDue (${root}dist/services/faults.js:67:23)`,
    "    at process.processTicksAndRejections (node:internal/process/task_queues:104:5)",
    `    at async ${root}dist/patterns/line.activities.js:13:24`,
    `    at async ${root}node_modules/vitest/dist/run.js:2864:20`,
    `    at recorded (${ROOT}test/replay/recording.ts:18:11)`,
  ].join("\n");
  const kept = [
    "Error: no stock",
    "    at FaultInjector.throwIfDue (file:///app/dist/services/faults.js:1:1)",
    "    at async file:///app/dist/patterns/line.activities.js:1:1",
  ].join("\n");
  // The history has the stack in the details of a failure, which are JSON in JSON.
  expect(one({ stack, details: JSON.stringify({ stack }) })).toEqual({
    stack: kept,
    details: JSON.stringify({ stack: kept }),
  });
});

test("the address of the host is the one of every recording", () => {
  expect(one("http://127.0.0.1:40123/api/orders")).toBe("http://127.0.0.1:7071/api/orders");
});
