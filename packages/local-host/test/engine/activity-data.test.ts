import { expect, test } from "vitest";
import { resultText } from "../../src/engine/activities/activity-data.ts";

test.each([
  [undefined, null],
  [null, null],
  [{}, null],
  [{ json: '{"a":1}' }, '{"a":1}'],
  [{ string: "a" }, '"a"'],
  [{ int: 7 }, "7"],
  [{ double: 0.5 }, "0.5"],
  [{ bytes: Uint8Array.of(1, 2) }, '"AQI="'],
])("the result %j of a function is stored as %s", (value, text) => {
  expect(resultText(value)).toBe(text);
});
