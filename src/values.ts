/** Values that several patterns share: for each one its schema, its type, and its format for people. */
import { z } from "zod";

/** The format of an ISO 4217 code. Which codes are accepted is decided elsewhere. */
export const currencyCode = z.string().regex(/^[A-Z]{3}$/, "Must be an ISO 4217 code in upper case");

/** An amount in minor units, `{ value: 1299, currency: "EUR" }`: never a fraction. */
export const money = z
  .object({ value: z.int().describe("In minor units: 1299 is 12.99 euros"), currency: currencyCode })
  .meta({ id: "Money" });
export type Money = Readonly<z.infer<typeof money>>;

/**
 * Currencies whose minor unit is not a hundredth, by its number of digits (ISO 4217). `Intl` uses the digits that shops
 * write, which differ for the Iraqi dinar or the forint: amounts in minor units would be wrong.
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

/** The amount as a decimal: 1299 minor units are `12.99` in euros, `1299` in yen, `1.299` in Kuwaiti dinars. */
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

/** @throws {Error} if there are no amounts, or several currencies */
export function sum(amounts: readonly Money[]): Money {
  const [first] = amounts;
  if (!first) throw new Error("Nothing to add up");
  if (amounts.some(({ currency }) => currency !== first.currency)) {
    throw new Error(`Amounts of several currencies do not add up: ${JSON.stringify(amounts)}`);
  }
  return { value: amounts.reduce((total, { value }) => total + value, 0), currency: first.currency };
}

/**
 * A line of text from a caller that appears in a mail, on a page, on a label or in a list of instances. A control
 * character could start a new line or header there, and a change of the writing direction could make the text look
 * different, so both are refused. Leading and trailing blanks are removed.
 */
export const plainText = (longest: number) =>
  z
    .string()
    .regex(
      /^[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Bidi_Control}]*$/u,
      "Must not have control characters or characters that change the writing direction",
    )
    .trim()
    .min(1)
    .max(longest)
    .refine((text) => text === "" || VISIBLE.test(text), "Must have visible characters");

/** Neither a blank nor an invisible character such as a zero-width space or a soft hyphen. */
const VISIBLE = /[^\s\p{Default_Ignorable_Code_Point}]/u;

/** The id of a product that the shop sells. */
export const sku = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,63}$/, "Must be 1 to 64 of a-z, 0-9 and -, no dash first");

/** A point in time in the API. */
export const instant = z.iso.datetime().describe("RFC 3339, in UTC");

/** A moment for people to read: `24 Nov 2026, 10:00 UTC`. @param moment in RFC 3339 */
export function formatMoment(moment: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${format.format(new Date(moment))} UTC`;
}

/** The states in which the journey of a parcel has ended. */
export const JOURNEY_ENDS = ["delivered", "lost", "returned"] as const;

export const parcelState = z.enum(["announced", "inTransit", "outForDelivery", ...JOURNEY_ENDS]);

export type ParcelState = z.infer<typeof parcelState>;

/** The last known position of a parcel. */
export const position = z.strictObject({
  /** Number of the carrier's scan of the parcel: a new number means news. */
  scan: z.int().min(0),
  state: parcelState,
  place: z.string(),
  /** RFC 3339. */
  at: z.string(),
});
export type Position = z.infer<typeof position>;

/** The formats of renditions. */
export const imageFormat = z.enum(["webp", "jpeg", "avif"]);
export type ImageFormat = z.infer<typeof imageFormat>;
