import type { Store } from "../../src/stores/store.ts";
import { Crash } from "../../src/testing/crash-store.ts";

/**
 * A store that crashes in the middle of a commit: what has happened since the one before is lost, although the engine has
 * gone on until then. Nothing works after that.
 */
export class CrashingStore {
  readonly store: Store;
  #commitsLeft = Infinity;
  #isBroken = false;

  constructor(store: Store) {
    this.store = new Proxy(store, {
      get: (target, name: keyof Store) => {
        if (name === "close") return target.close.bind(target);
        this.#check(name);
        return target[name].bind(target);
      },
    });
  }

  /** Lets this many more commits succeed. */
  crashAfter(commits: number): void {
    this.#commitsLeft = commits;
  }

  #check(name: keyof Store): void {
    if (name === "commit" && this.#commitsLeft-- <= 0) this.#isBroken = true;
    if (this.#isBroken) throw new Crash();
  }
}
