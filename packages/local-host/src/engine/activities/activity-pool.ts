import type { StoredActivity } from "../../stores/store.ts";

/** Runs activities in the order in which they come, a limited number at a time. */
export class ActivityPool {
  readonly #limit: number;
  readonly #execute: (activity: StoredActivity) => Promise<void>;
  #queue: StoredActivity[] = [];
  #head = 0;
  #running = 0;
  #isStopped = false;

  /** `execute` must not reject. */
  constructor(limit: number, execute: (activity: StoredActivity) => Promise<void>) {
    this.#limit = limit;
    this.#execute = execute;
  }

  /** Whether nothing goes on by itself, with so many of the running ones waiting for somebody else. */
  isIdleBut(waitingInTest: number): boolean {
    const isStuck = this.#running >= this.#limit;
    return this.#running === waitingInTest && (isStuck || this.#head === this.#queue.length);
  }

  add(activity: StoredActivity): void {
    if (this.#isStopped) return;
    this.#queue.push(activity);
    this.#fill();
  }

  /** Starts nothing more; what waits stays in the store. */
  stop(): void {
    this.#isStopped = true;
    this.#queue = [];
    this.#head = 0;
  }

  #fill(): void {
    while (!this.#isStopped && this.#running < this.#limit) {
      const next = this.#queue[this.#head];
      if (next === undefined) {
        this.#queue = [];
        this.#head = 0;
        return;
      }
      this.#head++;
      this.#running++;
      void this.#execute(next).then(() => {
        this.#running--;
        this.#fill();
      });
    }
  }
}
