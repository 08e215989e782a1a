/** All messages of this pattern: the request, the steps, the status and the result. */
import { z } from "zod";
import {
  defineActivity,
  defineEvent,
  defineOrchestration,
  type,
} from "../../durable/orchestration/contract.ts";
import { isoDuration, isoMilliseconds } from "../../durable/orchestration/duration.ts";
import { instant, JOURNEY_ENDS, type ParcelState, type Position, position } from "../../values.ts";

/** The numbers that the carrier assigns. Any other text is an unknown number. */
export const trackingNumber = z.string().regex(/^[A-Z0-9]{8,32}$/);

const deadline = isoDuration("PT1S", "P60D");
const interval = isoDuration("PT1S", "P5D");

/** What a caller sends to watch a parcel. */
export const watchRequest = z
  .strictObject({
    /** The watch ends after this time at the latest. */
    deadline: deadline.default("P30D"),
    /** The shortest and the longest time between two checks of the parcel. */
    minInterval: interval.optional(),
    maxInterval: interval.optional(),
    /** Who gets the news of the parcel. */
    notify: z.email().max(254),
  })
  .transform(withIntervals)
  .refine(({ minInterval, maxInterval }) => isoMilliseconds(minInterval) <= isoMilliseconds(maxInterval), {
    path: ["maxInterval"],
    error: "Must not be shorter than minInterval",
  });

/** An omitted interval adapts to the given one, so that callers need not know the default. */
function withIntervals<Given extends { minInterval?: string | undefined; maxInterval?: string | undefined }>({
  minInterval,
  maxInterval,
  ...rest
}: Given) {
  const least = minInterval ?? shorter(maxInterval, "PT15M");
  return { ...rest, minInterval: least, maxInterval: maxInterval ?? longer(least, "PT6H") };
}

const shorter = (given: string | undefined, usual: string) =>
  given !== undefined && isoMilliseconds(given) < isoMilliseconds(usual) ? given : usual;

const longer = (given: string, usual: string) =>
  isoMilliseconds(given) > isoMilliseconds(usual) ? given : usual;

/** The state that one execution of a watch passes to the next. */
export const watchState = z.strictObject({
  generation: z.int().min(1),
  checks: z.int().min(0),
  /** Checks since the last news. The interval grows with them. */
  quietChecks: z.int().min(0),
  last: position.nullable(),
  /** The last scan that the customer was notified about; 0 before the first. */
  toldScan: z.int().min(0),
  overdueAt: z.iso.datetime(),
});
export type WatchState = z.infer<typeof watchState>;

export const watchInput = z.strictObject({
  /** Identifies this watch: all watches of a parcel, one after another, have the same instance id. */
  watchId: z.string().min(1),
  trackingNumber,
  notify: z.email(),
  deadline,
  minInterval: interval,
  maxInterval: interval,
  /** Absent in the first execution. */
  state: watchState.optional(),
  /** Present if the watch is restarted and its accepted stop had not taken effect. */
  isStopped: z.boolean().optional(),
});
export type WatchInput = z.infer<typeof watchInput>;

const checks = z.int().describe("Checks of the parcel so far");
const last = z.object({ ...position.omit({ scan: true }).shape, at: instant }).nullable();
export const watchProgress = z.object({
  last,
  checks,
  nextCheckAt: instant.nullable(),
  generation: z.int().describe("Executions so far. Each starts with an empty history"),
});
/** Custom status of a watch. */
export type WatchProgress = z.infer<typeof watchProgress>;

const watchEnd = z.enum([...JOURNEY_ENDS, "overdue"]);
export type WatchEnd = z.infer<typeof watchEnd>;
export const watchResult = z.object({ kind: z.enum([...watchEnd.options, "stopped"]), checks, last });
export type WatchResult = z.infer<typeof watchResult>;

export const shipmentWatch = defineOrchestration("shipmentWatch", {
  idPrefix: "shipment-",
  input: watchInput,
  output: type<WatchResult>(),
  status: type<WatchProgress>(),
});

/** Stops the watch with this id only: a late event must not stop the next watch of the parcel. */
export const stopRequested = defineEvent("stopRequested", {
  payload: z.object({ watchId: z.string() }),
});

type OfParcel = { trackingNumber: string };
export const checkShipment = defineActivity("checkShipment", {
  input: type<OfParcel & { watchId: string; lookId: string }>(),
  /** `isStopped`: the stop of the watch was accepted, although its event may be lost. */
  output: type<Position & { isStopped?: boolean }>(),
});

/** `key` identifies the news of a parcel: with the recipient it makes the idempotency key of the mail. */
export type News = { kind: ParcelState | "overdue"; place: string; key: string };
export const mailShipmentNews = defineActivity("mailShipmentNews", {
  input: type<OfParcel & { notify: string; news: News }>(),
  output: type<void>(),
});
