/**
 * Collects problems that the extension does not report: causes for which an instance waits forever or fails without a
 * readable message. They do not change the replay; the engine logs them, or fails the instance in strict mode.
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

  /** Adds a possible problem that may be intended: it is logged and never fails an instance. */
  suspect(problem: string): void {
    if (!this.#suspected.includes(problem)) this.#suspected.push(problem);
  }
}
