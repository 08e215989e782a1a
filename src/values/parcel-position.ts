import { z } from "zod";

/** The states in which the journey of a parcel has ended. */
export const JOURNEY_ENDS = ["delivered", "lost", "returned"] as const;

export const parcelState = z.enum(["announced", "inTransit", "outForDelivery", ...JOURNEY_ENDS]);

export type ParcelState = z.infer<typeof parcelState>;

/** Where a parcel was last seen. */
export const position = z.strictObject({
  /** Counts what the carrier has recorded of the parcel: a new number is news. */
  scan: z.int().min(0),
  state: parcelState,
  place: z.string(),
  /** RFC 3339. */
  at: z.string(),
});
export type Position = z.infer<typeof position>;
