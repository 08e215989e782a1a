import type { Store } from "../stores/store.ts";

/** Thrown by a crashed store; the engine stops, as it would after a failure of the disk. */
export class Crash extends Error {
  constructor() {
    super("The test crashes the host here");
    this.name = "Crash";
  }
}

/** A store that can crash on demand: uncommitted changes are lost, as with kill -9. */
export class CrashStore {
  readonly store: Store;
  #commitsLeft = Infinity;

  constructor(store: Store) {
    // Every method of the store, with the check before it.
    this.store = new Proxy(store, {
      get: (target, name: keyof Store) => {
        if (name !== "close" && this.#commitsLeft <= 0) throw new Crash();
        if (name === "commit") return () => this.#commit(target);
        return target[name].bind(target);
      },
    });
  }

  /** Lets this many more commits succeed; after that, everything fails. 0 means immediately. */
  crashAfter(commits: number): void {
    this.#commitsLeft = commits;
  }

  #commit(store: Store): void {
    store.commit();
    this.#commitsLeft -= 1;
  }
}
