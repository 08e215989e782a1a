import { expect, test } from "vitest";
import { AppEnvironment } from "../../src/app/app-environment.ts";
import { BindingExpressions } from "../../src/triggers/binding-expression.ts";
import { ManualClock } from "../support/manual-clock.ts";

const expressions = new BindingExpressions(
  new AppEnvironment({ CONTAINER: "photos" }),
  new ManualClock(Date.UTC(2026, 10, 24, 9, 5, 7, 40)),
);
const DATA = { name: "a", order: { id: 7, Lines: [1] }, Headers: { "x-shop": "north" }, Query: { n: "1" } };

const fillIn = (template: string, data: Readonly<Record<string, unknown>> = DATA): string =>
  expressions.fillIn(template, { data, functionName: "archive" });

test.each([
  ["%container%/{name}.txt", "photos/a.txt"],
  ["{NAME}-{order.ID}", "a-7"],
  ["{Query.n}-{headers.x-shop}", "1-north"],
  ["{DateTime}", "2026-11-24T09-05-07Z"],
  ["{datetime:yyyy-MM-dd}/{DateTime:HHmmssfff}", "2026-11-24/090507040"],
  ["{DateTime:yy'year'}", "26year"],
  ["{sys.utcnow}", "2026-11-24T09-05-07Z"],
  ["{sys.UtcNow:yyyy}/{sys.MethodName}", "2026/archive"],
])("%s is %s", (template, filledIn) => {
  expect(fillIn(template)).toBe(filledIn);
});

test("a GUID has the requested format", () => {
  expect(fillIn("{rand-guid}")).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
  expect(fillIn("{rand-guid:N}")).toMatch(/^[0-9a-f]{32}$/);
  expect(fillIn("{sys.randguid}")).toMatch(/^[0-9a-f]{8}-/);
});

test("an unknown expression is refused by name, with the known ones", () => {
  expect(() => fillIn("x/{nane}")).toThrow(
    '{nane} in "x/{nane}" has no value. The trigger has: Headers, Query, name, order.',
  );
  expect(() => fillIn("x/{name}", {})).toThrow("The trigger has: nothing.");
  expect(() => fillIn("%BUCKET%/{name}")).toThrow(
    'The setting "BUCKET" is missing: "%BUCKET%/{name}" refers to it.',
  );
  expect(() => fillIn("{DateTime:dddd}")).toThrow("{DateTime:dddd}: dddd is not supported.");
});
