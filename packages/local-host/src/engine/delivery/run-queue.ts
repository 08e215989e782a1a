import type { CommitGroup, ReadyWork } from "./commit-group.ts";

/** The functions with which a queue runs its items. */
export interface QueuedWork<T> {
  /** How many items may run at the same time. */
  readonly limit: number;
  hasWork(item: T): boolean;
  run(item: T): Promise<void>;
}

/**
 * Runs orchestrations or entities that have events, in the order in which they became ready; an item never runs twice
 * at the same time. Items start with a turn of the commit group.
 */
export class RunQueue<T extends object> implements ReadyWork {
  readonly #commits: CommitGroup;
  readonly #work: QueuedWork<T>;
  /** Items that wait in the queue or run. */
  readonly #taken = new Set<T>();
  #ready: T[] = [];
  #running = 0;
  #isStopped = false;

  constructor(commits: CommitGroup, work: QueuedWork<T>) {
    this.#commits = commits;
    this.#work = work;
  }

  /** Whether an item can start now. */
  get isReady(): boolean {
    return this.#ready.length > 0 && this.#running < this.#work.limit;
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#ready.length === 0;
  }

  /** Queues an item that has work, unless it is already queued or running. */
  add(item: T): void {
    if (this.#isStopped || this.#taken.has(item) || !this.#work.hasWork(item)) return;
    this.#taken.add(item);
    this.#ready.push(item);
    this.#commits.schedule();
  }

  /** Starts as many items as may run at the same time. */
  start(): void {
    const ready = this.#ready;
    if (ready.length === 0) return;
    this.#ready = [];
    let started = 0;
    for (const item of ready) {
      if (this.#running >= this.#work.limit) break;
      started++;
      void this.#run(item);
    }
    if (started < ready.length) this.#ready = [...ready.slice(started), ...this.#ready];
  }

  /** Starts no more items; the events of waiting items stay in the store. */
  stop(): void {
    this.#isStopped = true;
    this.#ready = [];
  }

  async #run(item: T): Promise<void> {
    this.#running++;
    try {
      await this.#work.run(item);
    } catch (error) {
      this.#commits.fail(error);
    } finally {
      this.#running--;
      this.#taken.delete(item);
      this.add(item);
      this.#commits.schedule();
    }
  }
}
