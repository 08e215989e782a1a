import * as fc from "fast-check";

/** Orders for every possible end. */
export const KINDS = {
  fine: {},
  otherProducts: { sku: "print-10x15" },
  flakyCard: { token: "tok_flaky" },
  declined: { token: "tok_declined" },
  cardDown: { token: "tok_down" },
  soldOut: { sku: "calendar-2020" },
  unknown: { sku: "no-such-print" },
  noCarrier: { postalCode: "00000" },
  flakyCarrier: { postalCode: "00002" },
  carrierDown: { postalCode: "00009" },
  journalMute: { country: "ZZ" },
  mailAway: { email: "away@example.com" },
} as const;

/** All entries with an effect in a book. */
export const EFFECTS = [
  "reserveStock",
  "chargePayment",
  "bookShipment",
  "confirmOrder",
  "sendConfirmation",
  "withdrawSale",
  "cancelShipment",
  "refundPayment",
  "releaseStock",
  "giveMoneyBack",
] as const;

/** The steps of a scenario. Numbers select from the existing orders and refunds. */
export type Step =
  | { readonly do: "order"; readonly kind: keyof typeof KINDS }
  /** Several at the same time. `isUnchecked`: skips the check of the request. */
  | {
      readonly do: "refund";
      readonly order: number;
      readonly cents: readonly number[];
      readonly isUnchecked: boolean;
    }
  | { readonly do: "decide"; readonly refund: number; readonly choice: "approve" | "reject" }
  | { readonly do: "loseAnswers"; readonly of: (typeof EFFECTS)[number]; readonly times: number }
  /** Makes all other systems fail from this effect on, each for this many calls. */
  | { readonly do: "outage"; readonly after: (typeof EFFECTS)[number]; readonly calls: number }
  | { readonly do: "hold"; readonly of: (typeof EFFECTS)[number] }
  | { readonly do: "release" }
  | { readonly do: "suspend"; readonly instance: number }
  | { readonly do: "resume"; readonly instance: number }
  | { readonly do: "terminate"; readonly instance: number }
  | { readonly do: "crash"; readonly commits: number }
  | { readonly do: "killWorker"; readonly calls: number }
  | { readonly do: "settle" }
  | { readonly do: "wait"; readonly seconds: number };

const which = fc.nat({ max: 5 });
const effect = fc.constantFrom(...EFFECTS);
const kind = fc.constantFrom(...(Object.keys(KINDS) as (keyof typeof KINDS)[]));

const order = fc.record({ do: fc.constant("order" as const), kind });
const refund = fc.record({
  do: fc.constant("refund" as const),
  order: which,
  cents: fc.array(fc.oneof(fc.integer({ min: 1, max: 700 }), fc.integer({ min: 1, max: 6000 })), {
    minLength: 1,
    maxLength: 3,
  }),
  isUnchecked: fc.boolean(),
});

const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: order },
  { weight: 5, arbitrary: refund },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("decide" as const),
      refund: which,
      choice: fc.constantFrom("approve" as const, "approve" as const, "reject" as const),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("loseAnswers" as const),
      of: effect,
      times: fc.constantFrom(1, 2, 4, 6),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("outage" as const),
      after: effect,
      calls: fc.constantFrom(1, 2, 4, 6),
    }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("hold" as const), of: effect }) },
  { weight: 2, arbitrary: fc.constant({ do: "release" } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constantFrom("suspend" as const, "resume" as const, "terminate" as const),
      instance: which,
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const), commits: fc.nat({ max: 12 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("killWorker" as const), calls: fc.nat({ max: 12 }) }) },
  { weight: 6, arbitrary: fc.constant({ do: "settle" } as const) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("wait" as const),
      seconds: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 60, max: 300_000 })),
    }),
  },
);

/** Sold and about to be undone, held at this point, which is the smallest time window. */
const ABOUT_TO_BE_UNDONE: readonly Step[] = [
  { do: "loseAnswers", of: "confirmOrder", times: 4 },
  { do: "hold", of: "withdrawSale" },
  { do: "wait", seconds: 20 },
];

/** Starts with one order, for the other steps. */
export const scenario: fc.Arbitrary<readonly Step[]> = fc
  .tuple(
    order,
    fc.constantFrom<readonly Step[]>([], [], ABOUT_TO_BE_UNDONE),
    fc.array(step, { minLength: 2, maxLength: 14 }),
  )
  .map(([first, then, rest]) => [...then.slice(0, 2), first, ...then.slice(2), ...rest]);
