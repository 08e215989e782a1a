import { EventType } from "../history/events.ts";
import type { HistoryEvent } from "../history/events.ts";
import { fromTimestamp, toTimestamp } from "../history/timestamps.ts";
import { DONE, Future } from "./future.ts";
import type { OrchestrationContext } from "./orchestration-context.ts";

/** A storage provider's limits for timers, in milliseconds. The names are the extension's. */
export interface TimerLimits {
  /** Longest wait of one timer. */
  readonly maximumDelayTime: number;
  /** Length of the parts that a longer timer is split into. */
  readonly longRunningTimerIntervalLength: number;
}

interface LongTimer {
  /** Task id of its first part. */
  readonly id: number;
  readonly fireAt: number;
  readonly createdAt: number;
  readonly isCanceled: boolean;
}

const CONSEQUENCE =
  "From here on, both count their tasks differently: events are lost, timers seem to have fired, and the " +
  "instance fails or waits forever. See docs/long-waits.md.";

/**
 * Timers as the extension creates them. Whether a timer is split depends on the time at which the extension creates it,
 * which is not always the orchestrator's time: for the extension, a race with a cancelled timer takes no time.
 */
export class Timers {
  readonly #context: OrchestrationContext;
  readonly #limits: TimerLimits;
  readonly #long: LongTimer[] = [];
  /**
   * In the extension, this flag belongs to the whole execution: a long timer sets it, the next timer that ends clears
   * it, and a cancelled one never does. While it is set, a timer that is already due creates no task.
   */
  #isLongRunning = false;

  constructor(context: OrchestrationContext, limits: TimerLimits) {
    this.#context = context;
    this.#limits = limits;
  }

  /** Creates a timer at the request of the SDK. Instants are epoch milliseconds. */
  create(fireAt: number, isCanceled: boolean): Future {
    const createdAt = this.#context.now;
    const isLong = fireAt - createdAt > this.#limits.maximumDelayTime;
    if (isLong) {
      this.#isLongRunning = true;
      this.#long.push({ id: this.#context.nextId, fireAt, createdAt, isCanceled });
    }
    if (!this.#isLongRunning) return this.#piece(fireAt, isCanceled);
    return this.#pieces(fireAt, isLong ? this.#pieceEnd(fireAt) : fireAt, isCanceled);
  }

  #piece(fireAt: number, isCanceled: boolean): Future {
    const piece = this.#context.createTimer(fireAt, isCanceled);
    if (!isCanceled) piece.whenSettled(() => (this.#isLongRunning = false));
    return piece;
  }

  #pieces(fireAt: number, firstEnd: number, isCanceled: boolean): Future {
    const task = new Future();
    const end = (): void => {
      this.#isLongRunning = false;
      task.settle(DONE);
    };
    const next = (pieceEnd: number): void => {
      const piece = this.#context.createTimer(pieceEnd, isCanceled);
      if (isCanceled) return task.settle(DONE);
      piece.whenSettled(() => {
        if (this.#context.now >= fireAt) end();
        else next(this.#pieceEnd(fireAt));
      });
    };
    if (this.#context.now < fireAt) next(firstEnd);
    else {
      this.#reportMissing(fireAt);
      end();
    }
    return task;
  }

  #pieceEnd(fireAt: number): number {
    return Math.min(fireAt, this.#context.now + this.#limits.longRunningTimerIntervalLength);
  }

  /** Reports timers that orchestrator and extension have split differently. */
  inspect(events: Iterable<HistoryEvent>): void {
    if (this.#long.length === 0) return;
    const created = new Map<number, number>();
    const fired = new Set<number>();
    for (const event of events) {
      if (event.EventType === EventType.TimerCreated) {
        created.set(event.EventId, fromTimestamp(event.Timestamp));
      } else if (event.EventType === EventType.TimerFired) fired.add(event.TimerId);
    }
    for (const timer of this.#long) {
      const asked = created.get(timer.id) ?? this.#context.now;
      if (timer.fireAt - asked <= this.#limits.maximumDelayTime) this.#reportAhead(timer, asked);
      else if (timer.isCanceled && fired.has(timer.id)) this.#reportFirstPiece(timer);
    }
  }

  #reportAhead({ fireAt, createdAt }: LongTimer, asked: number): void {
    this.#context.problems.report(
      `A timer for ${toTimestamp(fireAt)} is split by the extension but not by the orchestrator, which created it ` +
        `at ${toTimestamp(asked)}. For the extension, a race with a cancelled timer takes no time, so it ` +
        `created this timer at ${toTimestamp(createdAt)}, more than ${this.#longest} before it is due. ` +
        `${CONSEQUENCE} Remedy: between the races, wait for something that is not cancelled, such as a timer of ` +
        "zero length.",
    );
  }

  #reportFirstPiece({ fireAt }: LongTimer): void {
    this.#context.problems.report(
      `A timer of more than ${this.#longest}, for ${toTimestamp(fireAt)}, was cancelled, and its first part has ` +
        "fired: the orchestrator counts the next part, but the extension creates none for a cancelled timer. " +
        `${CONSEQUENCE} Remedy: split the wait into races against timers of at most ${this.#longest}.`,
    );
  }

  #reportMissing(fireAt: number): void {
    this.#context.problems.report(
      `A timer for ${toTimestamp(fireAt)} is already due and follows one of more than ${this.#longest} that is ` +
        `open or was cancelled: the extension creates no task for it, but the orchestrator waits for one. ${CONSEQUENCE} ` +
        `Remedy: do not use a timer of more than ${this.#longest} together with others.`,
    );
  }

  get #longest(): string {
    const hours = this.#limits.maximumDelayTime / 3_600_000;
    return hours >= 24 ? `${hours / 24} days` : `${this.#limits.maximumDelayTime / 1000} seconds`;
  }
}
