import { z } from "zod";

/** ISO 4217, by its form: which of the codes a shop takes is for the shop to say. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, "Must be an ISO 4217 code in upper case");

/** An amount in minor units, `{ value: 1299, currency: "EUR" }`: never a fraction. */
export const money = z
  .object({ value: z.int().describe("In minor units: 1299 are 12.99 euros"), currency: currencyCode })
  .meta({ id: "Money" });
export type Money = Readonly<z.infer<typeof money>>;

/**
 * Currencies whose minor unit is not a hundredth, by its digits (ISO 4217). `Intl` follows what shops write, which
 * for the dinar of Iraq or the forint is another number: as amounts in minor units those would be wrong.
 */
const OTHER_DIGITS: Readonly<Record<number, string>> = {
  0: "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF",
  3: "BHD IQD JOD KWD LYD OMR TND",
  4: "CLF UYW",
};
const DIGITS = new Map(
  Object.entries(OTHER_DIGITS).flatMap(([digits, codes]) =>
    codes.split(" ").map((code) => [code, Number(digits)] as const),
  ),
);

/** The amount as a decimal: `12.99` of 1299 euro cents, `1299` of as many yen, `1.299` of as many fils of Kuwait. */
export function toDecimal({ value, currency }: Money): string {
  const digits = DIGITS.get(currency) ?? 2;
  return (value / 10 ** digits).toFixed(digits);
}

/** The amount for people to read: `EUR 1,299.00`. */
export function formatMoney(money: Money): string {
  const [whole = "", fraction] = toDecimal(money).split(".");
  const grouped = whole.replaceAll(/\B(?=(?:\d{3})+$)/g, ",");
  return `${money.currency} ${grouped}${fraction === undefined ? "" : `.${fraction}`}`;
}

/** @throws {Error} if there is nothing to add up, or the amounts are of several currencies */
export function sum(amounts: readonly Money[]): Money {
  const [first] = amounts;
  if (!first) throw new Error("Nothing to add up");
  if (amounts.some(({ currency }) => currency !== first.currency)) {
    throw new Error(`Amounts of several currencies do not add up: ${JSON.stringify(amounts)}`);
  }
  return { value: amounts.reduce((total, { value }) => total + value, 0), currency: first.currency };
}
