import { beforeEach, describe, expect, test } from "vitest";
import { TableCatalog, TableWarehouse } from "../../src/services/sandbox/table-warehouse.ts";
import type { Storage } from "../../src/storage/storage.ts";
import { testStorage } from "../support/storage.ts";

let storage: Storage;
let catalog: TableCatalog;
let warehouse: TableWarehouse;

beforeEach(() => {
  storage = testStorage();
  catalog = new TableCatalog(storage);
  warehouse = new TableWarehouse(storage);
});

async function inStock(sku: string): Promise<number | undefined> {
  return (await catalog.find([sku])).get(sku)?.inStock;
}

describe("catalogue", () => {
  test("is filled at first use, with prices in minor units", async () => {
    const products = await catalog.products();
    expect(products.length).toBeGreaterThanOrEqual(10);
    for (const { price } of products) {
      expect(price.currency).toBe("EUR");
      expect(Number.isInteger(price.value) && price.value > 0).toBe(true);
    }
    expect(products.find(({ sku }) => sku === "calendar-2020")?.inStock).toBe(0);
  });

  test("is filled once if several processes start together, and keeps later sales", async () => {
    const catalogs = Array.from({ length: 5 }, () => new TableCatalog(storage));
    await Promise.all(catalogs.map((it) => it.products()));
    await warehouse.reserve("order-1", [{ sku: "mug-300", quantity: 40 }]);
    const later = new TableCatalog(storage);
    expect((await later.products()).find(({ sku }) => sku === "mug-300")?.inStock).toBe(99_960);
  });

  test("has no entry for an unknown sku", async () => {
    expect([...(await catalog.find(["no-such-print", "mug-300"])).keys()]).toEqual(["mug-300"]);
  });
});

describe("reserve", () => {
  test("reserves all lines together and adds lines of one product", async () => {
    const lines = [
      { sku: "mug-300", quantity: 2 },
      { sku: "book-a4-24", quantity: 1 },
      { sku: "mug-300", quantity: 3 },
    ];
    expect(await warehouse.reserve("order-1", lines)).toEqual({ kind: "reserved" });
    expect(await inStock("mug-300")).toBe(99_995);
    expect(await inStock("book-a4-24")).toBe(99_999);
  });

  test("reserves nothing if the stock of one line is too low", async () => {
    const lines = [
      { sku: "mug-300", quantity: 2 },
      { sku: "calendar-2020", quantity: 1 },
    ];
    expect(await warehouse.reserve("order-1", lines)).toEqual({
      kind: "outOfStock",
      reason: "calendar-2020: 1 wanted, 0 in stock",
    });
    expect(await inStock("mug-300")).toBe(100_000);
  });

  test("repeated in sequence or simultaneously, reserves once", async () => {
    const lines = [{ sku: "mug-300", quantity: 10 }];
    // Each has its own instance, as if the repeats ran on several hosts.
    const repeats = Array.from({ length: 8 }, () => new TableWarehouse(storage).reserve("order-1", lines));
    for (const answer of await Promise.all(repeats)) expect(answer).toEqual({ kind: "reserved" });
    expect(await warehouse.reserve("order-1", lines)).toEqual({ kind: "reserved" });
    expect(await inStock("mug-300")).toBe(99_990);
  });

  test("repeated after a refusal, still refuses, although there is stock again", async () => {
    const all = [{ sku: "mug-300", quantity: 100_000 }];
    await warehouse.reserve("order-1", all);
    expect((await warehouse.reserve("order-2", all)).kind).toBe("outOfStock");
    await warehouse.release("order-1");
    expect((await warehouse.reserve("order-2", all)).kind).toBe("outOfStock");
    expect(await inStock("mug-300")).toBe(100_000);
  });

  test("for 20 orders on 20 hosts and the last 5 items, succeeds exactly 5 times", async () => {
    await warehouse.reserve("order-0", [{ sku: "mug-300", quantity: 99_995 }]);
    const orders = Array.from({ length: 20 }, (_, index) =>
      new TableWarehouse(storage).reserve(`order-${index + 1}`, [
        { sku: "mug-300", quantity: 1 },
        { sku: "book-a4-24", quantity: 1 },
      ]),
    );
    const answers = (await Promise.all(orders)).map(({ kind }) => kind);
    expect(answers.filter((kind) => kind === "reserved")).toHaveLength(5);
    expect(await inStock("mug-300")).toBe(0);
    expect(await inStock("book-a4-24")).toBe(99_995);
  });
});

describe("release", () => {
  test("returns the stock once, even if it is repeated", async () => {
    await warehouse.reserve("order-1", [{ sku: "mug-300", quantity: 7 }]);
    await Promise.all(Array.from({ length: 5 }, () => new TableWarehouse(storage).release("order-1")));
    await warehouse.release("order-1");
    expect(await inStock("mug-300")).toBe(100_000);
  });

  test("without a reservation returns nothing, and a late reservation is refused", async () => {
    await warehouse.release("order-1");
    await expect(warehouse.reserve("order-1", [{ sku: "mug-300", quantity: 7 }])).rejects.toThrow(
      "was released before",
    );
    expect(await inStock("mug-300")).toBe(100_000);
  });

  test("prevents a late repeat of the reservation", async () => {
    const lines = [{ sku: "mug-300", quantity: 7 }];
    await warehouse.reserve("order-1", lines);
    await warehouse.release("order-1");
    await expect(warehouse.reserve("order-1", lines)).rejects.toThrow("was released before");
    expect(await inStock("mug-300")).toBe(100_000);
  });

  test("simultaneous with its reservation leaves nothing reserved, in either order", async () => {
    const lines = [{ sku: "mug-300", quantity: 7 }];
    for (let round = 0; round < 10; round++) {
      await Promise.allSettled([
        new TableWarehouse(storage).reserve(`order-${round}`, lines),
        new TableWarehouse(storage).release(`order-${round}`),
      ]);
    }
    expect(await inStock("mug-300")).toBe(100_000);
  });
});
