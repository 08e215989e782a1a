/** A point in time with the framework's resolution of 100 ns. */
interface Tick {
  readonly ms: number;
  readonly ticks: number;
  readonly text: string;
}

const NO_TIME = "0001-01-01T00:00:00";

/**
 * Labels requests to entities with a time stamp and that of the request before, as the extension does to put
 * them in order at the receiver. This host delivers in order anyway; the labels are for those who read them.
 */
export class MessageSorter {
  readonly #lastSent = new Map<string, Tick>();

  /** `now` in epoch milliseconds. */
  label(target: string, now: number): { Timestamp: string; Predecessor: string } {
    const key = target.toLowerCase();
    const last = this.#lastSent.get(key);
    const next = last !== undefined && now <= last.ms ? after(last) : at(now);
    this.#lastSent.set(key, next);
    return { Timestamp: next.text, Predecessor: last?.text ?? NO_TIME };
  }
}

function at(ms: number): Tick {
  return { ms, ticks: 0, text: `${isoWithTicks(ms, 0)}Z` };
}

/** One tick later; the extension loses the mark for UTC on the way. */
function after({ ms, ticks }: Tick): Tick {
  return { ms, ticks: ticks + 1, text: isoWithTicks(ms, ticks + 1) };
}

function isoWithTicks(ms: number, ticks: number): string {
  return `${new Date(ms).toISOString().slice(0, -1)}${String(ticks).padStart(4, "0")}`;
}
