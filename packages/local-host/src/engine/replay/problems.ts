/**
 * Collects what the extension would swallow: causes for which an instance waits for ever or fails without a
 * readable text. They change nothing of the replay; the engine logs them, or fails the instance if it is strict.
 */
export class Problems {
  readonly #certain: string[] = [];
  readonly #suspected: string[] = [];

  get certain(): readonly string[] {
    return this.#certain;
  }

  get all(): readonly string[] {
    return [...this.#certain, ...this.#suspected];
  }

  report(problem: string): void {
    if (!this.#certain.includes(problem)) this.#certain.push(problem);
  }

  /** For what looks like a problem but may be meant: it is logged and never fails an instance. */
  suspect(problem: string): void {
    if (!this.#suspected.includes(problem)) this.#suspected.push(problem);
  }
}
