import { beforeEach, describe, expect, test } from "vitest";
import { TableSupplier } from "../../src/services/sandbox/table-supplier.ts";
import { testStorage } from "../support/storage.ts";
import { writtenPrice } from "../support/written-price.ts";

const storage = testStorage();
const FIRST = { importId: "import-1", begunAt: "2027-03-01T08:00:00.000Z" };
const SECOND = { importId: "import-2", begunAt: "2027-03-01T09:00:00.000Z" };
const patience = () => AbortSignal.timeout(10_000);

let supplier: TableSupplier;
let skus = 0;
let sku: string;

beforeEach(() => {
  supplier = new TableSupplier(storage);
  sku = `sku-${++skus}`;
});

const eur = (value: number) => ({ value, currency: "EUR" });
const line = (value: number, of = sku) => ({ line: 2, sku: of, price: eur(value) });
const priceOf = async (of = sku) => (await supplier.price(of))?.price.value;

describe("the price in force", () => {
  test("is the price of the newest import, in any order of the calls", async () => {
    expect(await priceOf()).toBeUndefined();
    await supplier.setPrices(SECOND, [line(200)]);
    await supplier.setPrices(FIRST, [line(100)]);
    expect(await supplier.price(sku)).toEqual({ price: eur(200), ...SECOND });
  });

  test("is the previous price if the newest import is withdrawn, and none if all are", async () => {
    await supplier.setPrices(FIRST, [line(100)]);
    await supplier.setPrices(SECOND, [line(200)]);
    await supplier.withdraw(SECOND, [sku]);
    expect(await priceOf()).toBe(100);
    await supplier.withdraw(FIRST, [sku]);
    expect(await priceOf()).toBeUndefined();
  });

  test("does not change if an older import is withdrawn", async () => {
    await supplier.setPrices(FIRST, [line(100)]);
    await supplier.setPrices(SECOND, [line(200)]);
    await supplier.withdraw(FIRST, [sku]);
    expect(await priceOf()).toBe(200);
    await supplier.withdraw(SECOND, [sku]);
    expect(await priceOf()).toBeUndefined();
  });

  test("is separate for skus with the same prefix", async () => {
    await supplier.setPrices(FIRST, [line(100, `${sku}-large`), line(300, `${sku}.x`)]);
    expect(await priceOf()).toBeUndefined();
  });
});

test("calls after a withdrawal have no effect", async () => {
  await supplier.withdraw(FIRST, [sku]);
  await supplier.setPrices(FIRST, [line(100)]);
  await supplier.setPrice(FIRST, line(100), patience());
  expect(await priceOf()).toBeUndefined();
});

test("many lines are set in one call, repeatedly", async () => {
  const many = Array.from({ length: 450 }, (_, index) => line(index, `${sku}-${index}`));
  expect(await supplier.setPrices(FIRST, many)).toEqual([]);
  expect(await supplier.setPrices(FIRST, many)).toEqual([]);
  expect(await priceOf(`${sku}-449`)).toBe(449);
  await supplier.withdraw(
    FIRST,
    many.map((it) => it.sku),
  );
  expect(await priceOf(`${sku}-0`)).toBeUndefined();
});

describe("a sku of the fault table", () => {
  test.each(["refused-x", "flaky-2-x", "down-x", "slow-3-x", "mute-x"])(
    "%s is returned from many lines to be set individually",
    async (special) => {
      const lines = [line(1), line(2, `${special}${skus}`)];
      expect(await supplier.setPrices(FIRST, lines)).toEqual([lines[1]]);
      expect(await priceOf()).toBe(1);
      expect(await priceOf(`${special}${skus}`)).toBeUndefined();
    },
  );

  test("is refused each time", async () => {
    for (let call = 0; call < 2; call++) {
      const answer = await supplier.setPrice(FIRST, line(1, "refused-a"), patience());
      expect(answer).toEqual({ kind: "refused", reason: expect.any(String) });
    }
    expect(await priceOf("refused-a")).toBeUndefined();
  });

  test("fails as often as its name says, for each import", async () => {
    for (const key of [FIRST, SECOND]) {
      await expect(supplier.setPrice(key, line(1, "flaky-2-a"), patience())).rejects.toThrow("overloaded");
      await expect(supplier.setPrice(key, line(1, "flaky-2-a"), patience())).rejects.toThrow("overloaded");
      expect(await supplier.setPrice(key, line(1, "flaky-2-a"), patience())).toEqual({ kind: "applied" });
    }
  });

  test("takes effect without a result: settling detects that", async () => {
    await expect(supplier.setPrice(FIRST, line(7, "mute-a"), patience())).rejects.toThrow("broke");
    expect(await supplier.settle(FIRST, "mute-a")).toBe("applied");
    expect(await priceOf("mute-a")).toBe(7);
  });

  test.concurrent("is slow: the price is set after the caller has disconnected", async () => {
    await expect(supplier.setPrice(FIRST, line(7, "slow-1-a"), AbortSignal.timeout(50))).rejects.toThrow(
      "aborted",
    );
    expect(await priceOf("slow-1-a")).toBeUndefined();
    await expect.poll(() => priceOf("slow-1-a"), { timeout: 5000 }).toBe(7);
    expect(await supplier.settle(FIRST, "slow-1-a")).toBe("applied");
  });

  test.concurrent("is slow, and is settled in the meantime: the price is never set", async () => {
    await expect(supplier.setPrice(FIRST, line(7, "slow-1-b"), AbortSignal.timeout(50))).rejects.toThrow(
      "aborted",
    );
    expect(await supplier.settle(FIRST, "slow-1-b")).toBe("withdrawn");
    await expect.poll(() => writtenPrice(storage, "slow-1-b"), { timeout: 5000 }).toBe(7);
    expect(await priceOf("slow-1-b")).toBeUndefined();
    expect(await supplier.settle(FIRST, "slow-1-b")).toBe("withdrawn");
  });
});
