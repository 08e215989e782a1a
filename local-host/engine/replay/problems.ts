/**
 * Collects what the extension would swallow: causes for which an instance waits for ever or fails without a
 * readable text. They change nothing of the replay; the engine logs them, or fails the instance if it is strict.
 */
export class Problems {
  readonly #found: string[] = [];

  get all(): readonly string[] {
    return this.#found;
  }

  report(problem: string): void {
    if (!this.#found.includes(problem)) this.#found.push(problem);
  }
}
