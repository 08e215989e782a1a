import { setTimeout as delay } from "node:timers/promises";

export interface Pauses {
  /** How long there may be no answer. */
  readonly timeoutMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** From one pause to the next. */
const GROWTH = 2;

/** Looks until there is an answer, with growing pauses; undefined if there is none when the time is up. */
export async function poll<Answer>(
  look: () => Promise<Answer | undefined>,
  { timeoutMs, firstPauseMs, longestPauseMs }: Pauses,
): Promise<Answer | undefined> {
  const end = performance.now() + timeoutMs;
  for (let pause = firstPauseMs; ; pause = Math.min(pause * GROWTH, longestPauseMs)) {
    const answer = await look();
    if (answer !== undefined) return answer;
    const left = end - performance.now();
    if (left <= 0) return undefined;
    await delay(Math.min(pause, left));
  }
}
