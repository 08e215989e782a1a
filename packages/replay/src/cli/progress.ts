/** The minimum time between two updates of the terminal. */
const UPDATE_INTERVAL_MS = 100;

/** Shows the progress of a check in one line of the terminal; writes nothing if standard error is not a terminal. */
export class Progress {
  #shown = 0;
  #count = 0;
  readonly #since = Date.now();

  /** Counts one more checked instance. */
  step(broken: number): void {
    this.#count++;
    const now = Date.now();
    if (!process.stderr.isTTY || now - this.#shown < UPDATE_INTERVAL_MS) return;
    this.#shown = now;
    const rate = Math.round((this.#count * 1000) / Math.max(1, now - this.#since));
    process.stderr.write(
      `\r\u001B[K${this.#count} histories, ${rate}/s${broken > 0 ? `, ${broken} differ` : ""}`,
    );
  }

  /** Clears the line, so that other output can be written. */
  clear(): void {
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
  }
}
