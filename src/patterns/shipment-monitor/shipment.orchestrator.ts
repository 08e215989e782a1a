/**
 * Monitor: checks a parcel again and again, until its journey ends, it is overdue, or the watch is stopped.
 *
 *   ┌─▶ checkShipment ─▶ news? mailShipmentNews ─▶ journey over, or overdue? ─▶ done
 *   └── wait for the next check, or for a stop ◀──┘ no
 *
 * A month of checks would make a history that is slow to replay: `continueAsNew` starts again with an empty one.
 * The trap: it drops events that nobody waited for, and delivers again the event that ended a wait just before it.
 * So it is called only after a timer won a race against a waiter that was open until then. A stop before the timer
 * ends this execution. A stop after it goes to the next execution.
 */
import { type Operation, settled } from "../../durable/orchestration/step.ts";
import { orchestrator } from "../../durable/orchestration/functions.ts";
import * as shipment from "./shipment.contract.ts";
import * as watch from "./watch/state.ts";

/** A check with its news makes up to 12 events of history. */
const CHECKS_PER_GENERATION = 15;

export const shipmentOrchestrator = orchestrator(shipment.shipmentWatch, function* (df, input) {
  const { watchId, trackingNumber, notify } = input;
  let state = input.state ?? watch.firstState(df.currentUtcDateTime, input.deadline);
  const stops = df.inbox(shipment.stopRequested);
  if (input.isStopped) return finished("stopped");

  for (let checks = 0; checks < CHECKS_PER_GENERATION; checks++) {
    const lookId = `${watchId}-${state.checks + 1}`;
    // A failed step is not retried: the next check tries again. That keeps the history short.
    const check = yield* settled(
      df.callActivity(shipment.checkShipment, { trackingNumber, watchId, lookId }),
    );
    state = watch.afterCheck(state, check);
    const overdue = watch.isOverdue(state, df.currentUtcDateTime);
    const news = watch.newsOf(state, watchId, overdue);
    if (news) {
      const mail = { trackingNumber, notify, news };
      const sent = yield* settled(df.callActivity(shipment.mailShipmentNews, mail));
      state = watch.afterMail(state, sent);
    }
    const end = watch.endOf(state, overdue);
    if (end) return finished(end);
    if (check.kind === "done" && check.value.isStopped) return finished("stopped");
    const due = watch.nextCheck(state, df.currentUtcDateTime, input);
    df.setCustomStatus(watch.progressOf(state, due));
    if (yield* isStoppedBefore(due)) return finished("stopped");
  }
  return df.continueAsNew({ ...input, state: { ...state, generation: state.generation + 1 } });

  function finished(kind: shipment.WatchEnd | "stopped") {
    df.setCustomStatus(watch.progressOf(state));
    return { kind, ...watch.lastKnown(state) };
  }

  function* isStoppedBefore(due: Date): Operation<boolean> {
    const isStop = (event: { watchId: string }) => event.watchId === watchId;
    while (!stops.take().some(isStop)) {
      const first = yield* df.race({ due: df.createTimer(due), stop: stops.next() });
      if (first.winner === "due") return false;
    }
    return true;
  }
});
