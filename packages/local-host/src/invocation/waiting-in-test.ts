/**
 * Activities that have been called and wait for a test to continue them. The engine counts them as idle: otherwise
 * virtual time could not move while they wait.
 */
export class WaitingInTest {
  #count = 0;
  #listener: () => void = () => undefined;

  get count(): number {
    return this.#count;
  }

  /** Adds one. Returns a function that removes it immediately. */
  add(): () => void {
    this.#count++;
    this.#listener();
    let isWaiting = true;
    return () => {
      if (isWaiting) this.#count--;
      isWaiting = false;
    };
  }

  /** Notifies the current engine, the only listener, about each additional one. */
  onWait(listener: () => void): void {
    this.#listener = listener;
  }
}
