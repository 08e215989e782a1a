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
import * as watch from "./shipment.watch.ts";

/**
 * A watch that starts again keeps its deadline, what it has seen and told, and a stop that had come. A look whose news
 * was not told is left out: it is done again under the same id, and tells them.
 */
export function nextWatchInput(run: FormerRun): WatchInput {
  const input = watchInput.parse(run.input);
  const { watchId, deadline } = input;
  let state = input.state ?? watch.firstState(formerStart(run) ?? new Date(), deadline);
  let looked = state;
  for (const call of formerCalls(run, checkShipment.name, mailShipmentNews.name)) {
    if (call.kind === "open") continue;
    if (call.activity === checkShipment.name) {
      looked = watch.checked(state, settledOf<watch.Position>(call));
      const overdue = watch.isOverdue(looked, call.endedAt);
      if (!watch.newsOf(looked, watchId, overdue)) state = looked;
    } else {
      state = watch.told(looked, settledOf<void>(call));
    }
  }
  const stops = formerEvents(run, stopRequested.name).map(({ payload }) =>
    stopRequested.payload.parse(payload),
  );
  const isStopped = input.isStopped ?? stops.some((stop) => stop.watchId === watchId);
  return { ...input, state, ...(isStopped && { isStopped }) };
}

/** As the orchestrator was told of it. */
const settledOf = <T>({ kind, result, reason }: FormerCall): Settled<T> =>
  kind === "completed" ? { kind: "done", value: result as T } : { kind: "failed", error: new Error(reason) };
