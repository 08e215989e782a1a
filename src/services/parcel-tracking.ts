/** Words for where a parcel is; the last three are the end of its journey. */
export type ParcelState = "announced" | "inTransit" | "outForDelivery" | "delivered" | "lost" | "returned";

/** Where a parcel was last seen. */
export interface Position {
  /** Counts what the carrier has recorded of the parcel: another number is news. */
  readonly scan: number;
  readonly state: ParcelState;
  readonly place: string;
  /** RFC 3339. */
  readonly at: string;
}

/** The carrier's answer to "where is it?". */
export interface ParcelTracking {
  /** Whether the carrier has a parcel of this number. */
  knows(trackingNumber: string): Promise<boolean>;
  /**
   * @param lookId the same for a repeated look: a sandbox moves its parcels from look to look
   * @throws {Error} if the carrier cannot be reached, or does not know the parcel
   */
  locate(trackingNumber: string, lookId: string): Promise<Position>;
}
