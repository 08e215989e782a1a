/** The steps in order, each with the type of the error that ends an order when its retries are used up. */
const STEPS = {
  priceOrder: "catalogUnavailable",
  reserveStock: "warehouseUnavailable",
  chargePayment: "paymentUnavailable",
  bookShipment: "carrierUnavailable",
  confirmOrder: "mailUnavailable",
} as const;

export type OrderStep = keyof typeof STEPS;
/** `step` is under way or was the last one. */
export type OrderProgress = { step: OrderStep; completedSteps: OrderStep[] };
/** Custom status of an order. */
export type OrderStatus = OrderProgress & { error?: { type: string; message: string } };

const NAMES = Object.keys(STEPS) as OrderStep[];

export const NOT_STARTED: OrderProgress = { step: "priceOrder", completedSteps: [] };
export const CONFIRMED: OrderProgress = { step: "confirmOrder", completedSteps: NAMES };

/** The steps run one after another: those before this one are completed. */
export function progressAt(step: OrderStep): OrderProgress {
  return { step, completedSteps: NAMES.slice(0, NAMES.indexOf(step)) };
}

/** What a customer is told of a failure: which step, and what became of the others; never an error's own text. */
export function failedAt({ step, completedSteps }: OrderProgress, cause: string, undoing: string) {
  const error =
    cause === "fault"
      ? { type: STEPS[step], message: `${step} did not succeed; ${undoing}` }
      : { type: "undoFailed", message: `${step} refused (${cause}); ${undoing}` };
  return { step, completedSteps, error } satisfies OrderStatus;
}
