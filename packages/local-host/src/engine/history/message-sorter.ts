const NO_TIME = "0001-01-01T00:00:00";

/**
 * Labels requests to entities with a timestamp and that of the previous request. The extension uses the labels to
 * restore the order at the receiver; this host delivers in order and only writes them.
 */
export class MessageSorter {
  readonly #lastSent = new Map<string, string>();

  /** @param now a timestamp in UTC with seven fractional digits */
  label(target: string, now: string): { Timestamp: string; Predecessor: string } {
    const key = target.toLowerCase();
    const last = this.#lastSent.get(key);
    // Timestamps of fixed width can be compared as text if the UTC designator is removed.
    const isLater = last === undefined || withoutZone(now) > withoutZone(last);
    const timestamp = isLater ? now : oneTickAfter(last);
    this.#lastSent.set(key, timestamp);
    return { Timestamp: timestamp, Predecessor: last ?? NO_TIME };
  }
}

function withoutZone(timestamp: string): string {
  return timestamp.endsWith("Z") ? timestamp.slice(0, -1) : timestamp;
}

/** 100 ns later, without the UTC designator, as in the extension. */
function oneTickAfter(timestamp: string): string {
  const text = withoutZone(timestamp);
  const dot = text.lastIndexOf(".");
  const ticks = Number(text.slice(dot + 1)) + 1;
  return `${text.slice(0, dot + 1)}${String(ticks).padStart(7, "0")}`;
}
