import { setTimeout as delay } from "node:timers/promises";

export interface Pauses {
  /** The longest time without a result. */
  readonly timeoutMs: number;
  readonly firstPauseMs: number;
  readonly longestPauseMs: number;
}

/** The factor between two pauses. */
const GROWTH = 2;

/** Polls with growing pauses until there is a result; undefined if there is none within the time limit. */
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
