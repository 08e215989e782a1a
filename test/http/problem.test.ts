import { expect, test } from "vitest";
import { fieldProblem, Problem } from "../../src/http/problem.ts";

test("a problem response follows RFC 9457", () => {
  const { status, headers, body } = new Problem("unavailable", "Try again", {
    headers: { "retry-after": "5" },
  }).toResponse();
  expect(status).toBe(503);
  expect(headers).toEqual({ "content-type": "application/problem+json", "retry-after": "5" });
  expect(JSON.parse(body as string)).toEqual({
    type: "urn:photo-print-shop:problem:unavailable",
    title: "A service that this needs is not reachable right now",
    status: 503,
    detail: "Try again",
  });
});

test("an invalid field is named in the errors and in the detail", () => {
  const { body } = fieldProblem("invalid-request", "#query/from", "Must be a date").toResponse();
  expect(JSON.parse(body as string)).toMatchObject({
    status: 400,
    detail: "#query/from: Must be a date",
    errors: [{ pointer: "#query/from", message: "Must be a date" }],
  });
});

test("half a character, cut off or sent by a caller, is replaced by a whole one", () => {
  const { body } = fieldProblem("invalid-request", "/\ud83d", "Is no \ude00").toResponse();
  expect(JSON.parse(body as string)).toMatchObject({
    detail: "/\ufffd: Is no \ufffd",
    errors: [{ pointer: "/\ufffd", message: "Is no \ufffd" }],
  });
});
