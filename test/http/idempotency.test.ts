import { HttpRequest } from "@azure/functions";
import { describe, expect, test } from "vitest";
import { requestIdentity } from "../../src/http/idempotency.ts";

function post(key?: string): HttpRequest {
  const headers: Record<string, string> = key === undefined ? {} : { "idempotency-key": key };
  return new HttpRequest({ url: "http://localhost/api/orders", method: "POST", headers });
}

describe("requestIdentity", () => {
  test("gives the same id for the same key in one scope, and another in another", () => {
    const id = requestIdentity(post("k"), "order-", {}).idSuffix;
    expect(id).toMatch(/^[0-9a-f]{32}$/);
    expect(requestIdentity(post("k"), "order-", { other: 1 }).idSuffix).toBe(id);
    expect(requestIdentity(post("k"), "report-", {}).idSuffix).not.toBe(id);
    expect(requestIdentity(post("K"), "order-", {}).idSuffix).not.toBe(id);
  });

  test("gives a fresh id without a key", () => {
    const first = requestIdentity(post(), "order-", {});
    expect(first.key).toBeUndefined();
    expect(first.idSuffix).toMatch(/^[0-9a-f]{32}$/);
    expect(requestIdentity(post(), "order-", {}).idSuffix).not.toBe(first.idSuffix);
  });

  test("takes the same content for the same, in whatever order its fields stand", () => {
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
