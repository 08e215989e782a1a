import { ORDER_CASES, orderOf } from "../tour/order-cases.ts";
import { PARCEL_CASES } from "../tour/shipment-stop.ts";
import type { Random } from "./random.ts";

export type Pattern = "order" | "refund" | "album" | "report" | "watch" | "import";

/** A request for a process, and the ways in which it may end. */
export interface Wanted {
  readonly pattern: Pattern;
  /** Which of its pattern, for the report. */
  readonly kind: string;
  readonly path: string;
  readonly body: unknown;
  /** Status and kind of the result, or type of the error: `completed confirmed`. */
  readonly ends: readonly string[];
  /** What the checks need besides. */
  readonly about: Readonly<Record<string, string | number>>;
}

const SKUS = ["mug-300", "canvas-60x80", "print-20x30", "puzzle-500"] as const;
/** What the tour does not show. */
const MORE_ORDERS = [
  { title: "two faults at the carrier", postalCode: "00002", ends: { kind: "confirmed" } },
  { title: "the carrier is down", postalCode: "00009", ends: { error: "carrierUnavailable" } },
] as const;

/** An order of any kind; every other one is for a parcel that a watch can follow to its end. */
export function anOrder(random: Random): Wanted {
  const parcel = random.pick(PARCEL_CASES);
  const it = random.chance(0.5)
    ? { title: "everything works", postalCode: parcel.postalCode, ends: { kind: "confirmed" } }
    : random.pick([...ORDER_CASES, ...MORE_ORDERS]);
  const body = orderOf(it, random.pick(SKUS));
  const end = "error" in it.ends ? `failed ${it.ends.error}` : `completed ${it.ends.kind}`;
  return {
    pattern: "order",
    kind: it.title,
    path: "/api/orders",
    body,
    ends: [end],
    about: { email: body.customer.email, postalCode: body.shipTo.postalCode },
  };
}

const NOT_REFUNDABLE = "completed notRefundable";
/** The approvers' addresses say what they do. */
export const APPROVE = "approve@example.com";
export const REJECT = "reject@example.com";
const AWAY = "ignore@example.com";

const REFUNDS = [
  { kind: "within the limit", cents: [100, 900], ends: ["completed autoApproved", NOT_REFUNDABLE] },
  { kind: "approved", approver: APPROVE, ends: ["completed approved", NOT_REFUNDABLE] },
  { kind: "rejected", approver: REJECT, ends: ["completed rejected"] },
  { kind: "nobody decides", deadline: "PT3S", ends: ["completed expired"] },
  {
    kind: "the second approver decides, or comes too late",
    escalateTo: APPROVE,
    deadline: "PT9S",
    ends: ["completed approved", "completed expired", NOT_REFUNDABLE],
  },
] as const;

/** A refund for an order, which need not be confirmed. */
export function aRefund(random: Random, orderId: string): Wanted {
  const it = {
    cents: [5001, 6500],
    approver: AWAY,
    escalateTo: AWAY,
    // The link of a shop whose time is virtual, and months in the past, must not have expired.
    deadline: "P100D",
    ...random.pick(REFUNDS),
  };
  const [least = 0, most = 0] = it.cents;
  const value = random.between(least, most);
  const { kind, approver, escalateTo, deadline, ends } = it;
  const amount = { value, currency: "EUR" };
  const body = { orderId, amount, reason: "A corner is torn", approver, escalateTo, deadline };
  return { pattern: "refund", kind, path: "/api/refunds", body, ends, about: { orderId, value, approver } };
}

/** The watch of a parcel, at the pace of the tour. */
export function aWatch(trackingNumber: string, postalCode: string): Wanted {
  const it = PARCEL_CASES.find((each) => each.postalCode === postalCode);
  const pace = { minInterval: "PT1S", maxInterval: "PT2S", notify: "customer@example.com" };
  return {
    pattern: "watch",
    kind: it?.title ?? "an ordinary parcel",
    path: `/api/shipments/${trackingNumber}/watch`,
    body: { ...pace, deadline: it?.deadline ?? "PT1H" },
    ends: [`completed ${it?.ends ?? "delivered"}`],
    about: { trackingNumber },
  };
}

export function aReport(random: Random, today: string): Wanted {
  const body = { from: today, to: today, groupBy: random.pick(["day", "sku", "country"]) };
  const ends = ["completed reported"];
  return { pattern: "report", kind: `by ${body.groupBy}`, path: "/api/reports", body, ends, about: {} };
}

/** The rendering of an album that is there already. */
export function aRendering(album: string, photos: number, failures: number): Wanted {
  return {
    pattern: "album",
    kind: failures > 0 ? "with a file that is no photo" : "photos only",
    path: `/api/albums/${album}/renditions`,
    body: { widths: [32, 64], format: "webp" },
    ends: ["completed rendered"],
    about: { album, photos, failures },
  };
}

const RETRY = { attempts: 6, firstInterval: "PT1S", maxInterval: "PT2S" };
const LISTS = [
  {
    kind: "retries",
    policy: { onError: "retry", retry: RETRY },
    skus: ["ok-1-#", "ok-2-#", "ok-3-#", "flaky-1-#", "refused-#", "mute-#"],
    end: "imported",
    applied: 5,
  },
  { kind: "skips", policy: { onError: "skip" }, skus: ["ok-#", "refused-#"], end: "imported", applied: 1 },
  { kind: "fails", policy: { onError: "fail" }, skus: ["ok-#", "refused-#"], end: "rolledBack", applied: 0 },
] as const;

/** A price list with skus of its own, and its import. */
export function anImport(random: Random, list: string): Wanted & { readonly csv: string } {
  const { kind, policy, skus, end, applied } = random.pick(LISTS);
  const own = skus.map((sku) => sku.replace("#", list));
  return {
    pattern: "import",
    kind,
    path: `/api/price-lists/${list}/import`,
    body: policy,
    ends: [`completed ${end}`],
    about: { skus: own.join(" "), applied },
    csv: ["sku,price,currency", ...own.map((sku) => `${sku},3.00,EUR`)].join("\n"),
  };
}
