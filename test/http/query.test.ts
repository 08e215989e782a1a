import { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { UnknownContinuation } from "../../src/durable/task-hub/task-hub.ts";
import { continuationToken, pageOrProblem, toContinuation } from "../../src/http/continuation.ts";
import { readQuery } from "../../src/http/read-request.ts";

describe("a continuation", () => {
  // The second is a token of the extension: two keys with a space between them, of which the second may be empty.
  test.each(["token", "b3JkZXItMDBl b3JkZXItMDBm", "b3JkZXItMDBl "])(
    "of %j is returned unchanged",
    (token) => {
      const given = toContinuation(token);
      expect(given).toMatch(/^[A-Za-z0-9_-]+$/);
      expect(continuationToken.parse(given)).toBe(token);
    },
  );

  test.each(["", "a b", "a\r\nx: y", toContinuation("a\r\nx: y"), toContinuation("\0"), toContinuation("é")])(
    "of %j is refused",
    (given) => {
      expect(continuationToken.safeParse(given).success).toBe(false);
    },
  );

  test("is absent on the last page", () => {
    expect(toContinuation(undefined)).toBeUndefined();
    expect(continuationToken.parse(undefined)).toBeUndefined();
  });
});

describe("a page", () => {
  test("with a continuation that the task hub does not know is an error of the caller", async () => {
    await expect(pageOrProblem(Promise.reject(new UnknownContinuation()))).rejects.toMatchObject({
      kind: "invalid-request",
      errors: [{ pointer: "#query/continuation" }],
    });
  });

  test("that fails for another reason keeps its error", async () => {
    const failure = new Error("storage is not available");
    await expect(pageOrProblem(Promise.reject(failure))).rejects.toBe(failure);
  });
});

test("a parameter that is sent twice is refused", () => {
  const read = (query: string) =>
    readQuery(new HttpRequest({ url: `http://localhost/api/x?${query}`, method: "GET" }), schema);
  const schema = z.strictObject({ top: z.string() });
  expect(read("top=1")).toEqual({ top: "1" });
  expect(() => read("top=1&top=2")).toThrow("top");
});
