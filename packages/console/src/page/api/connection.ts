import { useEffect, useState } from "preact/hooks";

/** Whether the app answers: what the line at the top of the page shows. */
class Connection {
  #problem: string | undefined;
  readonly #listeners = new Set<(problem: string | undefined) => void>();

  /** Undefined while all is well. */
  set(problem: string | undefined): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    for (const listener of this.#listeners) listener(problem);
  }

  listen(listener: (problem: string | undefined) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }
}

export const connection = new Connection();

export function useConnectionProblem(): string | undefined {
  const [problem, setProblem] = useState<string>();
  useEffect(() => connection.listen(setProblem), []);
  return problem;
}
