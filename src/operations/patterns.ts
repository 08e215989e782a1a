import type { Duration } from "../durable/duration.ts";

/** What an operator needs to know of a pattern to look after its instances. */
export interface Pattern {
  readonly name: string;
  /** First part of the ids of all its instances, sub-orchestrations included. */
  readonly idPrefix: string;
  /** The one that callers start, then its children. */
  readonly orchestrations: readonly string[];
  /** A running instance to which nothing has happened for so long is stuck: more than its longest wait. */
  readonly stuckAfter: Duration;
}

export const PATTERNS: readonly Pattern[] = [
  {
    name: "order-chaining",
    idPrefix: "order-",
    orchestrations: ["orderFulfilment"],
    stuckAfter: { hours: 1 },
  },
  {
    name: "image-fan-out",
    idPrefix: "renditions-",
    orchestrations: ["renditions", "renditionLane"],
    // The parent hears nothing while its lanes work.
    stuckAfter: { hours: 6 },
  },
  {
    name: "report-async-http",
    idPrefix: "report-",
    orchestrations: ["salesReport"],
    stuckAfter: { hours: 1 },
  },
  {
    name: "refund-approval",
    idPrefix: "refund-",
    orchestrations: ["refundApproval"],
    // The longest piece of a long wait, with a day on top.
    stuckAfter: { days: 7 },
  },
  {
    name: "shipment-monitor",
    idPrefix: "shipment-",
    orchestrations: ["shipmentWatch"],
    // The longest pause between two looks, with a day on top.
    stuckAfter: { days: 6 },
  },
  {
    name: "price-import",
    idPrefix: "import-",
    orchestrations: ["priceImport", "priceSinglesImport", "priceLineImport"],
    // The parent hears nothing while a line is tried ten times, an hour between two.
    stuckAfter: { hours: 12 },
  },
];

/** Nothing waits for so long before it first runs, except when the app is down or the version is unknown. */
export const PENDING_STUCK_AFTER: Duration = { minutes: 10 };

/** The pattern of an instance, sub-orchestrations included, by its id. */
export function patternOfInstance(instanceId: string): Pattern | undefined {
  return PATTERNS.find(({ idPrefix }) => instanceId.startsWith(idPrefix));
}

/** The pattern of an orchestration; undefined for one that this app does not have. */
export function patternOf(orchestration: string): Pattern | undefined {
  const name = orchestration.toLowerCase();
  return PATTERNS.find(({ orchestrations }) => orchestrations.some((own) => own.toLowerCase() === name));
}
