import { invariant, type Invariant } from "../traffic/checks.ts";

/** Which processes are still there at the end of each day: ended ones are purged in time, and no other. */
export class Retention {
  readonly #keptDays: number;
  /** The day in which a process was started. */
  readonly #dayOf = new Map<string, number>();
  readonly #gone = new Set<string>();
  readonly #early: string[] = [];
  readonly #late: string[] = [];
  #today = 0;

  constructor(keptDays: number) {
    this.#keptDays = keptDays;
  }

  /**
   * @param started all until now
   * @param there all that have not been purged
   */
  endOfDay(day: number, started: readonly { readonly id: string }[], there: ReadonlySet<string>): void {
    this.#today = day;
    for (const { id } of started) if (!this.#dayOf.has(id)) this.#dayOf.set(id, day);
    for (const [id, of] of this.#dayOf) {
      const age = day - of;
      if (!there.has(id)) this.#gone.add(id);
      // The purge is once a day: in the last day before it, either is right.
      if (there.has(id) && age > this.#keptDays + 1) this.#late.push(`${id} is there after ${age} days`);
      if (!there.has(id) && age < this.#keptDays) this.#early.push(`${id} is gone after ${age} days`);
    }
  }

  get purged(): number {
    return this.#gone.size;
  }

  isPurged(id: string): boolean {
    return this.#gone.has(id);
  }

  invariants(): Invariant[] {
    const days = [...this.#dayOf.values()];
    const old = days.filter((day) => this.#today - day > this.#keptDays + 1).length;
    return [
      invariant(`nothing is purged before ${this.#keptDays} days`, days.length, this.#early),
      invariant(`everything is purged after ${this.#keptDays} days and the next run`, old, this.#late),
    ];
  }
}
