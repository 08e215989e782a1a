/** Runs pieces of work one after another, in the order in which they came. */
export class OneAtATime {
  #last: Promise<unknown> = Promise.resolve();

  run<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#last.then(work);
    // The next one waits for the end of this one, whichever end it is.
    this.#last = result.catch(() => undefined);
    return result;
  }
}
