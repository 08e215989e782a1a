import { z } from "zod";
import {
  defineActivity,
  defineEvent,
  defineOrchestration,
  type,
} from "../../durable/orchestration/contract.ts";
import { isoDuration } from "../../durable/orchestration/duration.ts";
import { TRACKING_NUMBER } from "./shipment.request.ts";
import { type News, type Position, type WatchEnd, type WatchProgress, watchState } from "./shipment.watch.ts";

export const watchInput = z.strictObject({
  /** Tells this watch from another one of the same parcel, earlier or later, which has the same instance id. */
  watchId: z.string().min(1),
  trackingNumber: z.string().regex(TRACKING_NUMBER),
  notify: z.email(),
  deadline: isoDuration("PT1S", "P60D"),
  minInterval: isoDuration("PT1S", "P5D"),
  maxInterval: isoDuration("PT1S", "P5D"),
  /** Absent in the first execution. */
  state: watchState.optional(),
  /** It starts again after a stop that it had no time to obey. */
  isStopped: z.boolean().optional(),
});
export type WatchInput = z.infer<typeof watchInput>;
export type WatchResult = { kind: WatchEnd | "stopped" } & Pick<WatchProgress, "checks" | "last">;

export const shipmentWatch = defineOrchestration("shipmentWatch", {
  idPrefix: "shipment-",
  input: watchInput,
  output: type<WatchResult>(),
  status: type<WatchProgress>(),
});

/** For the watch of this id only: a late one must not stop the next watch of the parcel. */
export const stopRequested = defineEvent("stopRequested", {
  payload: z.object({ watchId: z.string() }),
});

type OfParcel = { trackingNumber: string };
export const checkShipment = defineActivity("checkShipment", {
  input: type<OfParcel & { watchId: string; lookId: string }>(),
  /** With whether the stop of the watch was accepted: its event may be lost. */
  output: type<Position & { isStopped?: boolean }>(),
});
export const mailShipmentNews = defineActivity("mailShipmentNews", {
  input: type<OfParcel & { notify: string; news: News }>(),
  output: type<void>(),
});
