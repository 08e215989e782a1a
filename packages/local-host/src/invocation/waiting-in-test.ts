/**
 * Activities that have been called and wait for a test to let them go on. The engine counts them as at rest:
 * otherwise virtual time could never reach the moment at which they go on.
 */
export class WaitingInTest {
  #count = 0;
  #listener: () => void = () => undefined;

  get count(): number {
    return this.#count;
  }

  /** Counts one more; the function that comes back takes it off again, at once. */
  add(): () => void {
    this.#count++;
    this.#listener();
    let isWaiting = true;
    return () => {
      if (isWaiting) this.#count--;
      isWaiting = false;
    };
  }

  /** Tells the engine when there is one more; there is one listener, the engine of the moment. */
  onWait(listener: () => void): void {
    this.#listener = listener;
  }
}
