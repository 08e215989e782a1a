import type { Api } from "./api.ts";
import type { Screen } from "./screen.ts";

/** One pattern's stop on the tour. */
export interface Stop {
  readonly pattern: string;
  /** The purpose of the pattern, in one or two sentences for newcomers. */
  readonly story: string;
  /** The files with the code. */
  readonly code: string;
  /** Shows the pattern. @throws {Error} one line, if a result is not as expected */
  readonly run: (api: Api, screen: Screen) => Promise<void>;
}

/** @throws {Error} `what` with both values, if they differ as JSON */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`);
}
