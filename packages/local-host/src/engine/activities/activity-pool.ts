/** Runs activities in the order of their arrival, a limited number at a time. */
export class ActivityPool<T> {
  readonly #limit: number;
  readonly #execute: (activity: T) => Promise<void>;
  #queue: T[] = [];
  #head = 0;
  #running = 0;
  #isStopped = false;

  /** @param execute must not reject */
  constructor(limit: number, execute: (activity: T) => Promise<void>) {
    this.#limit = limit;
    this.#execute = execute;
  }

  /** True when no activity can make progress; `waitingInTest` of the running ones wait for a test. */
  isIdleBut(waitingInTest: number): boolean {
    const isStuck = this.#running >= this.#limit;
    return this.#running === waitingInTest && (isStuck || this.#head === this.#queue.length);
  }

  add(activity: T): void {
    if (this.#isStopped) return;
    this.#queue.push(activity);
    this.#fill();
  }

  /** Starts no more activities; the waiting ones stay in the store. */
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
