import { DONE, Future } from "./future.ts";
import type { OrchestrationContext } from "./orchestration-context.ts";

const DAY_MS = 24 * 3600 * 1000;

/** Longest wait of one timer, and length of the pieces that a longer one is cut into (Azure Storage's limits). */
export const MAXIMUM_SHORT_TIMER_MS = 6 * DAY_MS;
export const LONG_TIMER_INTERVAL_MS = 3 * DAY_MS;

/** A timer as the SDK asks for it, cut into pieces if it is long. Instants in epoch milliseconds. */
export function createTimer(context: OrchestrationContext, fireAt: number, isCanceled: boolean): Future {
  if (fireAt - context.now <= MAXIMUM_SHORT_TIMER_MS) return context.createTimer(fireAt, isCanceled);
  const task = new Future();
  const next = (): void => {
    const remaining = fireAt - context.now;
    const pieceEnd = remaining > MAXIMUM_SHORT_TIMER_MS ? context.now + LONG_TIMER_INTERVAL_MS : fireAt;
    context.createTimer(pieceEnd, isCanceled).whenSettled(() => {
      if (isCanceled || context.now >= fireAt) task.settle(DONE);
      else next();
    });
  };
  next();
  return task;
}
