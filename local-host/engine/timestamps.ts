let lastInstant = Number.NaN;
let lastText = "";

/** ISO 8601 in UTC with seven digits of a second, as the extension writes it; takes epoch milliseconds. */
export function toTimestamp(instant: number): string {
  // Events of one episode share their instant, so the last text is usually the one that is asked for.
  if (instant !== lastInstant) {
    lastText = `${new Date(instant).toISOString().slice(0, -1)}0000Z`;
    lastInstant = instant;
  }
  return lastText;
}

/** Epoch milliseconds of an ISO 8601 text; digits beyond milliseconds are dropped. */
export function fromTimestamp(text: string): number {
  return Date.parse(text);
}
