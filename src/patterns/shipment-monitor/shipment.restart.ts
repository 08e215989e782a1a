import type { Settled } from "../../durable/orchestration/step.ts";
import {
  type FormerCall,
  formerCalls,
  formerEvents,
  type FormerRun,
  formerStart,
} from "../../durable/task-hub/former-run.ts";
import {
  checkShipment,
  mailShipmentNews,
  stopRequested,
  type WatchInput,
  watchInput,
} from "./shipment.contract.ts";
import type { Position } from "../../values.ts";
import * as watch from "./watch/state.ts";

/**
 * A restarted watch keeps its deadline, the last position, the last notification, and an accepted stop. A check whose
 * news was not sent is omitted: it runs again with the same id, and then its news is sent.
 */
export function nextWatchInput(run: FormerRun): WatchInput {
  const input = watchInput.parse(run.input);
  const { watchId, deadline } = input;
  let state = input.state ?? watch.firstState(formerStart(run) ?? new Date(), deadline);
  let afterCheck = state;
  for (const call of formerCalls(run, checkShipment.name, mailShipmentNews.name)) {
    if (call.kind === "open") continue;
    if (call.activity === checkShipment.name) {
      afterCheck = watch.afterCheck(state, settledOf<Position>(call));
      const overdue = watch.isOverdue(afterCheck, call.endedAt);
      if (!watch.newsOf(afterCheck, watchId, overdue)) state = afterCheck;
    } else {
      state = watch.afterMail(afterCheck, settledOf<void>(call));
    }
  }
  const stops = formerEvents(run, stopRequested.name).map(({ payload }) =>
    stopRequested.payload.parse(payload),
  );
  const isStopped = input.isStopped ?? stops.some((stop) => stop.watchId === watchId);
  return { ...input, state, ...(isStopped && { isStopped }) };
}

/** The result of a call as the orchestrator received it. */
const settledOf = <T>({ kind, result, reason }: FormerCall): Settled<T> =>
  kind === "completed" ? { kind: "done", value: result as T } : { kind: "failed", error: new Error(reason) };
