let lastInstant = Number.NaN;
let lastPrefix = "";

/**
 * ISO 8601 in UTC with seven fractional digits, as the extension writes it; takes epoch milliseconds.
 *
 * @param ticks additional units of 100 ns, 0 to 9999
 */
export function toTimestamp(instant: number, ticks = 0): string {
  // Events of one episode have the same instant, so the last text can usually be reused.
  if (instant !== lastInstant) {
    lastPrefix = new Date(instant).toISOString().slice(0, -1);
    lastInstant = instant;
  }
  return ticks === 0 ? `${lastPrefix}0000Z` : `${lastPrefix}${String(ticks).padStart(4, "0")}Z`;
}

const FIRST_INSTANT = Date.parse("0001-01-01T00:00:00.000Z");
const LAST_INSTANT = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether .NET can represent this instant (epoch milliseconds): it must lie in the years 1 to 9999. */
export function isInstant(instant: number): boolean {
  return instant >= FIRST_INSTANT && instant <= LAST_INSTANT;
}

/** Epoch milliseconds of an ISO 8601 text; digits beyond milliseconds are dropped. */
export function fromTimestamp(text: string): number {
  return Date.parse(text);
}
