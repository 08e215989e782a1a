import type { Alarm, Clock } from "../../clock.ts";

interface Entry<T> {
  readonly due: number;
  readonly order: number;
  readonly item: T;
}

/** Items that wait until they are due, with one alarm for all: a binary heap with the earliest item on top. */
export class DueMessages<T> {
  readonly #clock: Clock;
  readonly #ring: (items: readonly T[]) => void;
  readonly #heap: Entry<T>[] = [];
  #alarm: Alarm | undefined;
  #alarmAt = Number.POSITIVE_INFINITY;
  #count = 0;
  #isStopped = false;

  /** @param ring gets all items that are due, earliest first; equal times in the order in which they were added */
  constructor(clock: Clock, ring: (items: readonly T[]) => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Due time of the next item, epoch milliseconds. */
  get next(): number | undefined {
    return this.#heap[0]?.due;
  }

  add(due: number, item: T): void {
    if (this.#isStopped) return;
    const heap = this.#heap;
    const entry = { due, order: this.#count++, item };
    let at = heap.length;
    heap.push(entry);
    while (at > 0) {
      const parentAt = (at - 1) >> 1;
      const parent = heap[parentAt];
      if (parent === undefined || !isBefore(entry, parent)) break;
      heap[at] = parent;
      at = parentAt;
    }
    heap[at] = entry;
    this.#arm();
  }

  /** Discards all items and accepts no more. */
  stop(): void {
    this.#isStopped = true;
    this.#alarm?.cancel();
    this.#alarm = undefined;
    this.#alarmAt = Number.POSITIVE_INFINITY;
    this.#heap.length = 0;
  }

  #arm(): void {
    const next = this.next;
    if (next === undefined || next >= this.#alarmAt) return;
    this.#alarm?.cancel();
    this.#alarmAt = next;
    this.#alarm = this.#clock.at(next, () => this.#onAlarm());
  }

  #onAlarm(): void {
    this.#alarm = undefined;
    this.#alarmAt = Number.POSITIVE_INFINITY;
    const now = this.#clock.now();
    const items: T[] = [];
    for (let top = this.#heap[0]; top !== undefined && top.due <= now; top = this.#heap[0]) {
      items.push(top.item);
      this.#removeTop();
    }
    if (items.length > 0) this.#ring(items);
    this.#arm();
  }

  #removeTop(): void {
    const heap = this.#heap;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return;
    let at = 0;
    for (;;) {
      const left = 2 * at + 1;
      const right = left + 1;
      const [leftEntry, rightEntry] = [heap[left], heap[right]];
      if (leftEntry === undefined) break;
      const child = rightEntry !== undefined && isBefore(rightEntry, leftEntry) ? right : left;
      const childEntry = child === left ? leftEntry : rightEntry;
      if (childEntry === undefined || !isBefore(childEntry, last)) break;
      heap[at] = childEntry;
      at = child;
    }
    heap[at] = last;
  }
}

function isBefore(a: Entry<unknown>, b: Entry<unknown>): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
