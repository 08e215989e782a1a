import { expect, test } from "vitest";
import { isUnavailable } from "../../src/storage/unavailable.ts";

const failure = (fields: object) => Object.assign(new Error("failed"), fields);

test.each([
  [failure({ code: "ECONNREFUSED" }), true],
  [failure({ code: "REQUEST_SEND_ERROR" }), true],
  [failure({ statusCode: 500 }), true],
  [failure({ statusCode: 503 }), true],
  [failure({ statusCode: 429 }), true],
  [failure({ statusCode: 404 }), false],
  [failure({ code: "ERR_INVALID_ARG_TYPE" }), false],
  [failure({}), false],
  ["ECONNREFUSED", false],
])("%j: %s", (error, unavailable) => {
  expect(isUnavailable(error)).toBe(unavailable);
});
