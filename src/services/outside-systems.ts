import type { Carrier } from "./carrier.ts";
import type { Catalog } from "./catalog.ts";
import type { MailOutbox } from "./mail-outbox.ts";
import type { ParcelTracking } from "./parcel-tracking.ts";
import type { PaymentProvider } from "./payment-provider.ts";
import type { SalesJournal } from "./sales-journal.ts";
import type { Supplier } from "./supplier.ts";
import type { Warehouse } from "./warehouse.ts";

/** The external systems of the shop. */
export interface OutsideSystems {
  readonly catalog: Catalog;
  readonly warehouse: Warehouse;
  readonly payments: PaymentProvider;
  readonly carrier: Carrier;
  readonly tracking: ParcelTracking;
  readonly supplier: Supplier;
  readonly mail: MailOutbox;
  readonly journal: SalesJournal;
}
