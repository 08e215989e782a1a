import type { OutsideSystems } from "../outside-systems.ts";
import type { Storage } from "../../storage/storage.ts";
import { QueueMailOutbox } from "./queue-mail-outbox.ts";
import { TableCarrier, TableParcelTracking } from "./table-carrier.ts";
import { TableCatalog, TableWarehouse } from "./table-warehouse.ts";
import { TablePaymentLedger } from "./table-payment-ledger.ts";
import { TableSalesJournal } from "./table-sales-journal.ts";
import { TableSupplier } from "./table-supplier.ts";

/**
 * The external systems as a sandbox, whose effects are rows and messages in storage: they survive crashes and can be
 * counted. Replace an entry by a real provider's implementation of the interface.
 */
export function createSandbox(storage: Storage): OutsideSystems {
  return {
    catalog: new TableCatalog(storage),
    warehouse: new TableWarehouse(storage),
    payments: new TablePaymentLedger(storage),
    carrier: new TableCarrier(storage),
    tracking: new TableParcelTracking(storage),
    supplier: new TableSupplier(storage),
    mail: new QueueMailOutbox(storage),
    journal: new TableSalesJournal(storage),
  };
}
