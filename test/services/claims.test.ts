import { expect, test } from "vitest";
import { TableClaims } from "../../src/services/claims.ts";
import { testStorage } from "../support/storage.ts";

test("a claim is new once, the same for the same content, taken for another", async () => {
  const claims = new TableClaims(testStorage());
  expect(await claims.claim("order-", "k", "a")).toBe("new");
  expect(await claims.claim("order-", "k", "a")).toBe("same");
  expect(await claims.claim("order-", "k", "b")).toBe("taken");
});
