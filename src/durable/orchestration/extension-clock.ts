import type { DurableOrchestrationContext } from "durable-functions";
import type { Operation } from "./step.ts";

const DAY_MS = 24 * 3600 * 1000;
/** Azure Storage's limit, which the extension announces; no host of this app has a lower one. */
const LONGEST_TIMER_MS = 6 * DAY_MS;

/**
 * What time it may be for the extension when it gets to what the orchestrator does now.
 *
 * The extension plays the list of actions anew in each episode, and a race whose timer was cancelled counts as decided
 * at once. So it may get to the actions after it earlier than the orchestrator did, and create a timer there that is
 * long for it and short for the orchestrator. It cuts such a timer into pieces, and from there on both count their
 * tasks differently. A wait that nothing cancels brings both to the same event again. See docs/long-waits.md.
 */
export class ExtensionClock {
  readonly #df: DurableOrchestrationContext;
  readonly #longestTimer: number;
  /** The earliest time that it may be there; undefined while both are at the same event. */
  #earliest: number | undefined;

  constructor(df: DurableOrchestrationContext) {
    this.#df = df;
    this.#longestTimer = longestTimer(df);
  }

  /** The orchestrator's time. */
  get now(): number {
    return this.#df.currentUtcDateTime.getTime();
  }

  /** The latest due time at which a timer is one piece for both, however early the extension gets to it. */
  get horizon(): number {
    return (this.#earliest ?? this.now) + this.#longestTimer;
  }

  /** Whether the extension may have gone on before the orchestrator did. */
  get isApart(): boolean {
    return this.#earliest !== undefined;
  }

  /** A race that began at this time has cancelled its timer. */
  leaveAt(start: number): void {
    this.#earliest ??= start;
  }

  /** Both have waited for the same event. */
  meet(): void {
    this.#earliest = undefined;
  }

  /** A wait of its own, for both; until a due time that is not after the horizon. */
  *sleepUntil(due: number): Operation<void> {
    yield this.#df.createTimer(new Date(due));
    this.meet();
  }

  /** The shortest wait that brings both to the same event, if they may be at different ones. */
  *rejoin(): Operation<void> {
    if (this.isApart) yield* this.sleepUntil(Math.min(this.now, this.horizon));
  }
}

/** As the SDK knows it from the extension; its types do not show it. */
function longestTimer(df: DurableOrchestrationContext): number {
  const { maximumShortTimerDuration: announced } = df as {
    readonly maximumShortTimerDuration?: { asMilliseconds(): number };
  };
  const milliseconds = announced?.asMilliseconds() ?? 0;
  return milliseconds > 0 ? Math.min(milliseconds, LONGEST_TIMER_MS) : LONGEST_TIMER_MS;
}
