import { createHash } from "node:crypto";
import { odata, type TableEntity } from "@azure/data-tables";
import type { Booking, BookingRequest, Carrier, Shipment } from "../carrier.ts";
import type { Storage } from "../../storage/storage.ts";
import { FaultInjector, faultOf, SANDBOX_FAULTS } from "./faults.ts";
import { firstOf, insertOnce } from "../../storage/rows.ts";
import { TableParcelTracking } from "./table-parcel-tracking.ts";

/** A partition per order. Rows are only ever inserted: `<key>:booking` decides, `<key>:cancellation` undoes. */
interface ShipmentRow {
  readonly outcome: "booked" | "undeliverable" | "withdrawn" | "canceled";
  readonly trackingNumber: string;
  readonly reason: string;
}

/** The parcel service of the sandbox: its book of shipments in a table. */
export class TableCarrier implements Carrier {
  readonly #storage: Storage;
  readonly #faults: FaultInjector;
  readonly #parcels: TableParcelTracking;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.#faults = new FaultInjector(storage);
    this.#parcels = new TableParcelTracking(storage);
  }

  async book({ idempotencyKey, orderId, shipTo }: BookingRequest): Promise<Booking> {
    const fault = faultOf(SANDBOX_FAULTS.postalCode, shipTo.postalCode);
    await this.#faults.strike(fault, idempotencyKey);
    const first = await firstOf<ShipmentRow>(await this.#storage.table("shipments"), {
      partitionKey: orderId,
      rowKey: `${idempotencyKey}:booking`,
      outcome: fault.kind === "refuse" ? "undeliverable" : "booked",
      trackingNumber: trackingNumberOf(idempotencyKey),
      reason: fault.kind === "refuse" ? fault.reason : "",
    });
    if (first.outcome === "booked") {
      await this.#parcels.takeIn(first.trackingNumber, shipTo.postalCode);
      return { kind: "booked", trackingNumber: first.trackingNumber };
    }
    if (first.outcome === "undeliverable") return { kind: "undeliverable", reason: first.reason };
    throw new Error(`Booking ${idempotencyKey} was withdrawn before it came and is not made`);
  }

  async cancel({
    idempotencyKey,
    orderId,
  }: Pick<BookingRequest, "idempotencyKey" | "orderId">): Promise<void> {
    const shipments = await this.#storage.table("shipments");
    const trackingNumber = trackingNumberOf(idempotencyKey);
    const first = await firstOf<ShipmentRow>(shipments, {
      partitionKey: orderId,
      rowKey: `${idempotencyKey}:booking`,
      outcome: "withdrawn",
      trackingNumber,
      reason: "",
    });
    if (first.outcome !== "booked") return;
    await insertOnce(shipments, {
      partitionKey: orderId,
      rowKey: `${idempotencyKey}:cancellation`,
      ...({ outcome: "canceled", trackingNumber, reason: "" } satisfies ShipmentRow),
    });
    await this.#parcels.giveBack(trackingNumber);
  }

  async shipments(orderId: string): Promise<Shipment[]> {
    const shipments = await this.#storage.table("shipments");
    const booked: string[] = [];
    const canceled = new Set<string>();
    const filter = odata`PartitionKey eq ${orderId}`;
    for await (const row of shipments.listEntities<TableEntity<ShipmentRow>>({ queryOptions: { filter } })) {
      if (row.outcome === "booked") booked.push(row.trackingNumber);
      if (row.outcome === "canceled") canceled.add(row.trackingNumber);
    }
    return booked.map((trackingNumber) => ({
      orderId,
      trackingNumber,
      canceled: canceled.has(trackingNumber),
    }));
  }
}

const trackingNumberOf = (key: string) =>
  `PP${createHash("sha256").update(key).digest("hex").slice(0, 16).toUpperCase()}`;
