import { z } from "zod";

/** The steps in order, each with the type of the error that ends an order when its retries are used up. */
const STEPS = {
  priceOrder: "catalogUnavailable",
  reserveStock: "warehouseUnavailable",
  chargePayment: "paymentUnavailable",
  bookShipment: "carrierUnavailable",
  confirmOrder: "journalUnavailable",
  /** Ends none: it comes after the point of no return. */
  sendConfirmation: undefined,
} as const;

export type OrderStep = keyof typeof STEPS;
/**
 * `step` is under way or was the last one. Of a confirmed order that has ended, all are completed, but for
 * `sendConfirmation` if its mail could not be sent.
 */
export type OrderProgress = { step: OrderStep; completedSteps: OrderStep[] };
/** Custom status of an order. */
export type OrderStatus = OrderProgress & { error?: { type: string; message: string } };

const NAMES = Object.keys(STEPS) as OrderStep[];
export const orderStep = z.enum(NAMES);
export const isOrderStep = (name: string): name is OrderStep => Object.hasOwn(STEPS, name);

export const NOT_STARTED: OrderProgress = { step: "priceOrder", completedSteps: [] };
export const ALL_DONE: OrderProgress = { step: "sendConfirmation", completedSteps: NAMES };

/** The steps run one after another: those before this one are completed. */
export function progressAt(step: OrderStep): OrderProgress {
  return { step, completedSteps: NAMES.slice(0, NAMES.indexOf(step)) };
}

/** What a customer is told of a failure: which step, and what became of the others; never an error's own text. */
export function failedAt({ step, completedSteps }: OrderProgress, cause: string, undoing: string) {
  const error =
    cause === "fault"
      ? { type: STEPS[step] ?? "internal", message: `${step} did not succeed; ${undoing}` }
      : { type: "undoFailed", message: `${step} refused (${cause}); ${undoing}` };
  return { step, completedSteps, error } satisfies OrderStatus;
}
