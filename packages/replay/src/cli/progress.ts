/** How often a terminal is written to. */
const EVERY_MS = 100;

/** One line on the terminal that tells how far a check is; nothing where the error stream is no terminal. */
export class Progress {
  #shown = 0;
  #count = 0;
  readonly #since = Date.now();

  /** One more instance was checked. */
  step(broken: number): void {
    this.#count++;
    const now = Date.now();
    if (!process.stderr.isTTY || now - this.#shown < EVERY_MS) return;
    this.#shown = now;
    const rate = Math.round((this.#count * 1000) / Math.max(1, now - this.#since));
    process.stderr.write(
      `\r\u001B[K${this.#count} histories, ${rate}/s${broken > 0 ? `, ${broken} differ` : ""}`,
    );
  }

  /** Makes room for other lines. */
  clear(): void {
    if (process.stderr.isTTY) process.stderr.write("\r\u001B[K");
  }
}
