import type { ParcelState } from "../parcel-tracking.ts";

interface Stage {
  /** Begins with this check, counted without failed checks. */
  readonly check: number;
  readonly state: ParcelState;
  readonly place: string;
}

/** The positions of a parcel, which change with each check. */
export interface Journey {
  /** This many first checks fail, because the carrier does not respond. */
  readonly failingChecks: number;
  readonly stages: readonly Stage[];
}

const UNDERWAY: readonly Stage[] = [
  { check: 1, state: "announced", place: "Shop" },
  { check: 2, state: "inTransit", place: "Sorting centre" },
];

const DELIVERED: readonly Stage[] = [
  ...UNDERWAY,
  { check: 4, state: "outForDelivery", place: "Delivery depot" },
  { check: 5, state: "delivered", place: "Front door" },
];

const USUAL: Journey = { failingChecks: 0, stages: DELIVERED };

/** The journeys of the sandbox by the postal code of the delivery address. Any other code has the usual journey. */
const SANDBOX_JOURNEYS: Readonly<Record<string, Journey>> = {
  "00010": { failingChecks: 0, stages: [{ check: 1, state: "delivered", place: "Front door" }] },
  "00011": { failingChecks: 0, stages: [...UNDERWAY, { check: 4, state: "lost", place: "Sorting centre" }] },
  "00012": { failingChecks: 0, stages: [...UNDERWAY, { check: 4, state: "returned", place: "Shop" }] },
  "00013": { failingChecks: 0, stages: UNDERWAY },
  "00014": { failingChecks: 2, stages: DELIVERED },
  "00015": { failingChecks: Infinity, stages: DELIVERED },
};

export function journeyTo(postalCode: string): Journey {
  return (Object.hasOwn(SANDBOX_JOURNEYS, postalCode) ? SANDBOX_JOURNEYS[postalCode] : undefined) ?? USUAL;
}
