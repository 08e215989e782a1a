import { describe, expect, test } from "vitest";
import { continuationToken, toContinuation } from "../../src/http/query.ts";

describe("a continuation", () => {
  // The second is one of the extension's: two keys with a space between them, of which the second may be empty.
  test.each(["token", "b3JkZXItMDBl b3JkZXItMDBm", "b3JkZXItMDBl "])(
    "of %j comes back as it was",
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
