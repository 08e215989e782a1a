import { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { requestIdentity } from "../../src/http/start.ts";

function post(key?: string): HttpRequest {
  const headers: Record<string, string> = key === undefined ? {} : { "idempotency-key": key };
  return new HttpRequest({ url: "http://localhost/api/orders", method: "POST", headers });
}

describe("requestIdentity", () => {
  test("depends on the key and its scope", () => {
    const { key } = requestIdentity(post("k"), "order-", {});
    expect(key).toMatch(/^[0-9a-f]{20}$/);
    expect(requestIdentity(post("k"), "order-", { other: 1 }).key).toBe(key);
    expect(requestIdentity(post("k"), "report-", {}).key).not.toBe(key);
    expect(requestIdentity(post("K"), "order-", {}).key).not.toBe(key);
  });

  test("has no key if the caller sent none", () => {
    expect(requestIdentity(post(), "order-", {}).key).toBeUndefined();
  });

  test("is the same for the same content, in any order of the fields", () => {
    const { fingerprint } = requestIdentity(post("k"), "order-", { a: 1, b: { c: [1, 2], d: null } });
    expect(requestIdentity(post("k"), "order-", { b: { d: null, c: [1, 2] }, a: 1 }).fingerprint).toBe(
      fingerprint,
    );
    expect(requestIdentity(post("k"), "order-", { a: 1, b: { c: [2, 1], d: null } }).fingerprint).not.toBe(
      fingerprint,
    );
  });

  test.each([" ", "a b", "a/b", "a".repeat(65), "a.b"])("refuses the key %j", (key) => {
    expect(() => requestIdentity(post(key), "order-", {})).toThrow("#header/idempotency-key");
  });
});
