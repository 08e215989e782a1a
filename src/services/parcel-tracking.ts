import type { Position } from "../values.ts";

export type { ParcelState, Position } from "../values.ts";

/** The carrier's tracking of parcels. */
export interface ParcelTracking {
  /** Whether the carrier has a parcel with this number. */
  knows(trackingNumber: string): Promise<boolean>;
  /**
   * @param lookId the same when a check is repeated: the sandbox moves its parcels with each check
   * @throws {Error} if the carrier cannot be reached, or does not know the parcel
   */
  locate(trackingNumber: string, lookId: string): Promise<Position>;
}
