const NO_TIME = "0001-01-01T00:00:00";

/**
 * Labels requests to entities with a time stamp and that of the request before, as the extension does to put
 * them in order at the receiver. This host delivers in order anyway; the labels are for those who read them.
 */
export class MessageSorter {
  readonly #lastSent = new Map<string, string>();

  /** `now` is a time stamp in UTC with seven digits of a second. */
  label(target: string, now: string): { Timestamp: string; Predecessor: string } {
    const key = target.toLowerCase();
    const last = this.#lastSent.get(key);
    // Without its mark for UTC a time stamp of fixed width compares as text.
    const isLater = last === undefined || withoutZone(now) > withoutZone(last);
    const timestamp = isLater ? now : oneTickAfter(last);
    this.#lastSent.set(key, timestamp);
    return { Timestamp: timestamp, Predecessor: last ?? NO_TIME };
  }
}

function withoutZone(timestamp: string): string {
  return timestamp.endsWith("Z") ? timestamp.slice(0, -1) : timestamp;
}

/** 100 ns later; the extension loses the mark for UTC on the way. */
function oneTickAfter(timestamp: string): string {
  const text = withoutZone(timestamp);
  const dot = text.lastIndexOf(".");
  const ticks = Number(text.slice(dot + 1)) + 1;
  return `${text.slice(0, dot + 1)}${String(ticks).padStart(7, "0")}`;
}
