import { beforeEach, describe, expect, test } from "vitest";
import { type Claim, isSettled, TableClaims } from "../../src/storage/claims.ts";
import { testStorage, uniquePrefix } from "../support/storage.ts";

let claims: TableClaims;
beforeEach(() => {
  claims = new TableClaims(testStorage(uniquePrefix()));
});

const request = { scope: "order-1", key: "k", fingerprint: "a", value: "first" };
const versionOf = (claim: Claim) => (claim.kind === "same" ? claim.version : "");

describe("a claim", () => {
  test("is new once, then the same for the same content, and taken for other content", async () => {
    expect(await claims.claim(request)).toEqual({ kind: "new", value: "first" });
    expect(await claims.claim({ ...request, value: "second" })).toMatchObject({
      kind: "same",
      value: "first",
    });
    expect(await claims.claim({ ...request, fingerprint: "b" })).toEqual({ kind: "taken" });
  });

  test("is new for one of many simultaneous calls, and has that call's value", async () => {
    const values = Array.from({ length: 20 }, (_, index) => `value-${index}`);
    const made = await Promise.all(values.map((value) => claims.claim({ ...request, value })));
    const [winner, ...others] = made.filter(({ kind }) => kind === "new");
    expect(others).toEqual([]);
    const value = winner?.kind === "new" ? winner.value : "";
    for (const claim of made) expect(claim).toMatchObject({ value });
  });

  test("is changed once, by the first caller with the old value", async () => {
    await claims.claim(request);
    const version = versionOf(await claims.claim(request));
    expect(await claims.renew({ ...request, value: "second" }, version)).toBe(true);
    expect(await claims.renew({ ...request, value: "third" }, version)).toBe(false);
    expect(await claims.claim(request)).toMatchObject({ kind: "same", value: "second" });
  });

  test("is free again when its scope is released, with a value only if it matches", async () => {
    await claims.claim(request);
    await claims.release("order-1", "another value");
    await claims.release("order-2");
    expect(await claims.claim(request)).toMatchObject({ kind: "same" });
    await claims.release("order-1", "first");
    await claims.release("order-1");
    expect(await claims.claim({ ...request, fingerprint: "b" })).toMatchObject({ kind: "new" });
  });

  test("is settled after ten minutes", () => {
    expect(isSettled({ claimedAt: new Date(Date.now() - 9 * 60_000) })).toBe(false);
    expect(isSettled({ claimedAt: new Date(Date.now() - 11 * 60_000) })).toBe(true);
  });
});
