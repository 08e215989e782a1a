import type { Money } from "../../services/money.ts";

/** An amount for people to read: `EUR 59.99`. Minor units have as many digits as the currency. */
export function inWords({ value, currency }: Money): string {
  const format = new Intl.NumberFormat("en", { style: "currency", currency, currencyDisplay: "code" });
  const digits = format.resolvedOptions().maximumFractionDigits ?? 2;
  // ICU parts code and number with a no-break space, which mails and terminals show in their own ways.
  return format.format(value / 10 ** digits).replaceAll("\u00A0", " ");
}

/** A moment for people to read: `24 Nov 2026, 10:00 UTC`. */
export function momentInWords(moment: string): string {
  const format = new Intl.DateTimeFormat("en-GB", {
    dateStyle: "medium",
    timeStyle: "short",
    timeZone: "UTC",
  });
  return `${format.format(new Date(moment))} UTC`;
}
