import type { ParcelState } from "../parcel-tracking.ts";

interface Stage {
  /** Begins with this check, counted without failing checks. */
  readonly look: number;
  readonly state: ParcelState;
  readonly place: string;
}

/** The positions of a parcel, which change with each check. */
export interface Journey {
  /** This many first checks fail, because the carrier does not answer. */
  readonly failingLooks: number;
  readonly stages: readonly Stage[];
}

const UNDERWAY: readonly Stage[] = [
  { look: 1, state: "announced", place: "Shop" },
  { look: 2, state: "inTransit", place: "Sorting centre" },
];

const DELIVERED: readonly Stage[] = [
  ...UNDERWAY,
  { look: 4, state: "outForDelivery", place: "Delivery depot" },
  { look: 5, state: "delivered", place: "Front door" },
];

const USUAL: Journey = { failingLooks: 0, stages: DELIVERED };

/** The journeys of the sandbox by the postal code of the delivery address; any other code has the usual one. */
const SANDBOX_JOURNEYS: Readonly<Record<string, Journey>> = {
  "00010": { failingLooks: 0, stages: [{ look: 1, state: "delivered", place: "Front door" }] },
  "00011": { failingLooks: 0, stages: [...UNDERWAY, { look: 4, state: "lost", place: "Sorting centre" }] },
  "00012": { failingLooks: 0, stages: [...UNDERWAY, { look: 4, state: "returned", place: "Shop" }] },
  "00013": { failingLooks: 0, stages: UNDERWAY },
  "00014": { failingLooks: 2, stages: DELIVERED },
  "00015": { failingLooks: Infinity, stages: DELIVERED },
};

export function journeyTo(postalCode: string): Journey {
  return (Object.hasOwn(SANDBOX_JOURNEYS, postalCode) ? SANDBOX_JOURNEYS[postalCode] : undefined) ?? USUAL;
}
