import { type Money, toDecimal } from "../../values.ts";
import type { PriceLine } from "../supplier.ts";
import { type CsvRecord, csvRecords, parseRecord } from "./csv-records.ts";

/** A line that is not applied, as it is in the list, with the reason. */
export interface FailedLine {
  readonly line: number;
  readonly sku: string;
  readonly price: string;
  readonly currency: string;
  readonly reason: string;
}

export type ListLine =
  | { readonly kind: "valid"; readonly line: PriceLine }
  | { readonly kind: "invalid"; readonly line: FailedLine };

const COLUMNS = ["sku", "price", "currency"] as const;
type Column = (typeof COLUMNS)[number];
/** The position of each column, and the number of all columns. */
type Heading = Readonly<Record<Column, number>> & { readonly width: number };

export const SKU = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;
const PRICE = /^(\d{1,9})(?:\.(\d{1,2}))?$/;
/** Currencies with hundredths, because prices are stored in hundredths. */
const CURRENCIES: readonly string[] = ["EUR", "USD", "GBP", "CHF"];
/** The longest part of a field that is shown of a failed line. */
const MAX_SHOWN_LENGTH = 100;

/** A valid line that is not applied. */
export function failedLine({ line, sku, price }: PriceLine, reason: string): FailedLine {
  return { line, sku, price: toDecimal(price), currency: price.currency, reason };
}

/** The error in the first line of a list; undefined if there is none. */
export function headingProblem(text: string): string | undefined {
  const fields = parseRecord(text);
  return typeof fields === "object" && headingOf(fields)
    ? undefined
    : `Line 1 must name the columns ${COLUMNS.join(", ")}, each once; other columns are ignored`;
}

/** The lines of a list below its heading, checked one by one. @throws {Error} without a heading */
export async function* readPriceList(bytes: AsyncIterable<Uint8Array>): AsyncGenerator<ListLine> {
  let heading: Heading | undefined;
  for await (const record of csvRecords(bytes)) {
    if (heading) {
      yield checked(record, heading);
      continue;
    }
    heading = headingOf(record.fields ?? []);
    if (!heading) throw new Error("The price list has no heading");
  }
}

function headingOf(fields: readonly string[]): Heading | undefined {
  const names = fields.map((field) => field.toLowerCase());
  const isOnce = (column: string) => names.filter((name) => name === column).length === 1;
  if (!COLUMNS.every(isOnce)) return undefined;
  const [sku, price, currency] = [names.indexOf("sku"), names.indexOf("price"), names.indexOf("currency")];
  return { sku, price, currency, width: names.length };
}

function checked({ line, text, fields }: CsvRecord, heading: Heading): ListLine {
  if (!fields) return invalid(line, { sku: text, price: "", currency: "" }, "its quotes do not match");
  const field = (column: Column) => fields[heading[column]] ?? "";
  const raw = { sku: field("sku"), price: field("price"), currency: field("currency") };
  if (fields.length !== heading.width) {
    return invalid(line, raw, `it has ${fields.length} fields where the heading has ${heading.width}`);
  }
  if (!SKU.test(raw.sku)) return invalid(line, raw, "the sku must be 1 to 64 of A-Z, a-z, 0-9, ., _ and -");
  const price = moneyOf(raw.price, raw.currency.toUpperCase());
  return typeof price === "string"
    ? invalid(line, raw, price)
    : { kind: "valid", line: { line, sku: raw.sku, price } };
}

/** The amount, or the error in it. A comma is refused: "1,299" could be two different prices. */
function moneyOf(price: string, currency: string): Money | string {
  if (price.startsWith("-")) return "the price is negative";
  const [, units, hundredths = ""] = PRICE.exec(price) ?? [];
  if (units === undefined) return "the price must be a number such as 12.34, below 1,000,000,000";
  if (!CURRENCIES.includes(currency)) return `the currency must be one of ${CURRENCIES.join(", ")}`;
  return { value: Number(units + hundredths.padEnd(2, "0")), currency };
}

function invalid(line: number, raw: Omit<FailedLine, "line" | "reason">, reason: string): ListLine {
  const shown = (text: string) => text.replaceAll(/\p{Cc}/gu, " ").slice(0, MAX_SHOWN_LENGTH);
  const { sku, price, currency } = raw;
  const fields = { sku: shown(sku), price: shown(price), currency: shown(currency) };
  return { kind: "invalid", line: { line, ...fields, reason } };
}
