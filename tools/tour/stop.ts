import type { Api } from "./api.ts";
import type { Screen } from "./screen.ts";

/** One pattern's stop on the tour. */
export interface Stop {
  readonly pattern: string;
  /** What the pattern is for, in one or two sentences that a newcomer understands. */
  readonly story: string;
  /** Where to read the code. */
  readonly code: string;
  /** Shows the pattern. @throws {Error} one line, if a result is not as expected */
  readonly run: (api: Api, screen: Screen) => Promise<void>;
}

/** @throws {Error} `what` with both values, if they differ as JSON */
export function expectSame(what: string, actual: unknown, expected: unknown): void {
  const [got, wanted] = [JSON.stringify(actual), JSON.stringify(expected)];
  if (got !== wanted) throw new Error(`${what}: expected ${wanted}, got ${got}`);
}
