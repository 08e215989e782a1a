import { csvLine } from "../../src/services/csv.ts";
import { ORDER_CASES, orderOf } from "../tour/order-cases.ts";
import { PARCEL_CASES } from "../tour/shipment-stop.ts";
import { GROUPS } from "./books.ts";
import type { Random } from "./random.ts";
import { SMALL_RENDITIONS } from "./small-photos.ts";

export const PATTERNS = ["order", "refund", "album", "report", "watch", "import"] as const;
export type Pattern = (typeof PATTERNS)[number];

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

/** Two of a canvas cost more than a refund that needs a decision. */
const SKUS = ["mug-300", "canvas-60x80", "print-20x30", "canvas-30x40"] as const;
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
  const [line] = body.lines;
  const end = "error" in it.ends ? `failed ${it.ends.error}` : `completed ${it.ends.kind}`;
  return {
    pattern: "order",
    kind: it.title,
    path: "/api/orders",
    body,
    ends: [end],
    about: { email: body.customer.email, postalCode: body.shipTo.postalCode, ...line },
  };
}

const NOT_REFUNDABLE = "completed notRefundable";
/** The approvers' addresses say what they do. */
export const APPROVE = "approve@example.com";
export const APPROVE_WHEN_REMINDED = "late@example.com";
export const REJECT = "reject@example.com";
const AWAY = "ignore@example.com";

const REFUNDS: readonly RefundCase[] = [
  { kind: "within the limit", cents: [100, 900], ends: ["completed autoApproved", NOT_REFUNDABLE] },
  { kind: "approved", approver: APPROVE, ends: ["completed approved", NOT_REFUNDABLE] },
  { kind: "rejected", approver: REJECT, ends: ["completed rejected"] },
  { kind: "nobody decides", deadline: "PT3S", ends: ["completed expired"] },
  {
    kind: "approved when reminded, or too late",
    approver: APPROVE_WHEN_REMINDED,
    deadline: "PT9S",
    ends: ["completed approved", "completed expired", NOT_REFUNDABLE],
  },
  {
    kind: "the second approver decides, or comes too late",
    escalateTo: APPROVE,
    deadline: "PT9S",
    ends: ["completed approved", "completed expired", NOT_REFUNDABLE],
  },
];

interface RefundCase {
  readonly kind: string;
  readonly cents?: readonly [number, number];
  readonly approver?: string;
  readonly escalateTo?: string;
  readonly deadline?: string;
  readonly ends: readonly string[];
}

/**
 * A refund for an order, which need not be confirmed.
 *
 * @param left what can be refunded, in cents, if the caller has seen that the order is confirmed
 */
export function aRefund(random: Random, orderId: string, left?: number): Wanted {
  const possible = REFUNDS.filter((it) => centsOf(it)[0] <= (left ?? Infinity));
  const it = {
    approver: AWAY,
    escalateTo: AWAY,
    // The link of a shop whose time is virtual, and months in the past, must not have expired.
    deadline: "P100D",
    ...random.pick(possible),
  };
  const [least, most] = centsOf(it);
  const value = random.between(least, Math.min(most, left ?? Infinity));
  const { kind, approver, escalateTo, deadline, ends } = it;
  const amount = { value, currency: "EUR" };
  const body = { orderId, amount, reason: "A corner is torn", approver, escalateTo, deadline };
  const about = {
    orderId,
    value,
    approver,
    escalateTo,
    deadline,
    seen: left === undefined ? "" : "confirmed",
  };
  return { pattern: "refund", kind, path: "/api/refunds", body, ends, about };
}

/** Above the limit, unless the kind says another range. */
const centsOf = ({ cents }: { readonly cents?: readonly [number, number] }) => cents ?? [5001, 6500];

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
    about: { trackingNumber, notify: pace.notify, postalCode },
  };
}

/** A report of the year until now. */
export function aReport(random: Random, now: Date): Wanted {
  const day = (moment: Date) => moment.toISOString().slice(0, "2026-11-24".length);
  const [from, to] = [day(new Date(now.getTime() - 365 * DAY_MS)), day(now)];
  const groupBy = random.pick(GROUPS);
  const [ends, about] = [["completed reported"], { groupBy, to }];
  const body = { from, to, groupBy };
  return { pattern: "report", kind: `by ${groupBy}`, path: "/api/reports", body, ends, about };
}

const DAY_MS = 86_400_000;

/** The rendering of an album that is there already. */
export function aRendering(album: string, photos: number, failures: number): Wanted {
  return {
    pattern: "album",
    kind: failures > 0 ? "with a file that is no photo" : "photos only",
    path: `/api/albums/${album}/renditions`,
    body: SMALL_RENDITIONS,
    ends: ["completed rendered"],
    about: { album, photos, failures },
  };
}

const RETRY = { attempts: 6, firstInterval: "PT1S", maxInterval: "PT2S" };
/** Lines of a price list; those with a reason end as dead letters. */
const LISTS = [
  {
    kind: "retries",
    policy: { onError: "retry", retry: RETRY },
    lines: [
      { sku: "ok-1-#" },
      { sku: "refused-#", reason: "The supplier has taken it out of the range" },
      { sku: "ok-2-#" },
      {
        sku: "ok-4-#",
        price: "3,00",
        reason: "the price must be a number such as 12.34, below 1,000,000,000",
      },
      { sku: "ok-3-#" },
      { sku: "flaky-1-#" },
      { sku: "mute-#" },
    ],
    end: "imported",
    applied: 5,
  },
  {
    kind: "skips",
    policy: { onError: "skip" },
    lines: [{ sku: "ok-#" }, { sku: "refused-#", reason: "The supplier has taken it out of the range" }],
    end: "imported",
    applied: 1,
  },
  {
    kind: "fails",
    policy: { onError: "fail" },
    lines: [{ sku: "ok-#" }, { sku: "refused-#", reason: "The supplier has taken it out of the range" }],
    end: "rolledBack",
    applied: 0,
  },
] satisfies readonly ListCase[];

interface ListCase {
  readonly kind: string;
  readonly policy: object;
  readonly lines: readonly { readonly sku: string; readonly price?: string; readonly reason?: string }[];
  readonly end: string;
  readonly applied: number;
}

/** A price list with skus of its own, and its import. */
export function anImport(random: Random, list: string): Wanted & { readonly csv: string } {
  const { kind, policy, lines, end, applied }: ListCase = random.pick(LISTS);
  const own = lines.map(({ sku, price = "3.00", reason }, index) => {
    const name = sku.replace("#", list);
    const cells = csvLine([name, price, "EUR"]);
    const dead = reason === undefined ? "" : csvLine([index + 2, name, price, "EUR", reason]);
    return { name, cells, dead };
  });
  return {
    pattern: "import",
    kind,
    path: `/api/price-lists/${list}/import`,
    body: policy,
    ends: [`completed ${end}`],
    about: {
      skus: own.map(({ name }) => name).join(" "),
      applied,
      deadLetters: own.map(({ dead }) => dead).join(""),
    },
    csv: ["sku,price,currency\r\n", ...own.map(({ cells }) => cells)].join(""),
  };
}
