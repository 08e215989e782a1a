import { afterAll, beforeAll, expect, test } from "vitest";
import type { ApiDocument } from "../support/api-contract.ts";
import { type Shop, startShop } from "../support/shop.ts";

let shop: Shop;
let operations: { readonly method: string; readonly path: string; readonly queryNames: readonly string[] }[];

beforeAll(async () => {
  shop = await startShop();
  const { paths } = (await (await shop.host.fetch("/api/openapi.json")).json()) as ApiDocument;
  operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => {
      const { parameters } = operation as unknown as { parameters: { in: string; name: string }[] };
      const queryNames = parameters.filter((it) => it.in === "query").map(({ name }) => name);
      return { method: method.toUpperCase(), path: path.replaceAll(/\{\w+\}/g, "hostile"), queryNames };
    }),
  );
});
afterAll(() => shop?.host.stop());

/** The response of an operation to a query that it should refuse before anything else. */
async function pointerIn(method: string, target: string): Promise<string | number | undefined> {
  const response = await shop.host.fetch(target, { method });
  if (response.status !== 400) return response.status;
  const { errors } = (await response.json()) as { errors?: { pointer: string }[] };
  return errors?.[0]?.pointer;
}

test("every operation except health refuses an unknown parameter", async () => {
  for (const { method, path } of operations) {
    const expected = path === "/api/health" ? 200 : "#query/pageSize";
    expect(await pointerIn(method, `${path}?pageSize=1`), `${method} ${path}`).toBe(expected);
  }
});

test("every operation refuses a parameter that is sent twice", async () => {
  const twice = operations.flatMap(({ queryNames, ...it }) => queryNames.map((name) => ({ ...it, name })));
  expect(twice.length).toBeGreaterThan(6);
  for (const { method, path, name } of twice) {
    expect(await pointerIn(method, `${path}?${name}=x&${name}=x`), `${method} ${path}`).toBe(
      `#query/${name}`,
    );
  }
});

test("no parameter has the name of Azure's own parameters", async () => {
  for (const path of ["/api/catalog", "/api/sales", "/api/openapi.json"]) {
    expect((await shop.host.fetch(`${path}?code=key&clientId=default`)).status, path).toBe(200);
  }
});
