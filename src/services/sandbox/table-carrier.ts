import { createHash } from "node:crypto";
import type { TableClient } from "@azure/data-tables";
import {
  findRow,
  firstOf,
  insertOnce,
  replaceRow,
  retryOnConflict,
  rowsOf,
  WriteConflict,
} from "../../storage/rows.ts";
import { type Storage, unlessMissing } from "../../storage/storage.ts";
import type { Booking, BookingRequest, Carrier, Shipment } from "../carrier.ts";
import type { ParcelTracking, Position } from "../parcel-tracking.ts";
import { FaultInjector, faultOf, SANDBOX_FAULTS } from "./faults.ts";
import { journeyTo } from "./journeys.ts";

/** A partition per order. Rows are only inserted: `<key>:booking` decides, `<key>:cancellation` undoes. */
interface ShipmentRow {
  readonly outcome: "booked" | "undeliverable" | "withdrawn" | "canceled";
  readonly trackingNumber: string;
  readonly reason: string;
}

/** The parcel service of the sandbox: its shipments in a table. */
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
    await this.#faults.throwIfDue(fault, idempotencyKey);
    const first = await firstOf<ShipmentRow>(await this.#storage.table("shipments"), {
      partitionKey: orderId,
      rowKey: `${idempotencyKey}:booking`,
      outcome: fault.kind === "refuse" ? "undeliverable" : "booked",
      trackingNumber: trackingNumberOf(idempotencyKey),
      reason: fault.kind === "refuse" ? fault.reason : "",
    });
    if (first.outcome === "booked") {
      await this.#parcels.add(first.trackingNumber, shipTo.postalCode);
      return { kind: "booked", trackingNumber: first.trackingNumber };
    }
    if (first.outcome === "undeliverable") return { kind: "undeliverable", reason: first.reason };
    throw new Error(`Booking ${idempotencyKey} was withdrawn before it arrived, so it is refused`);
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
    await this.#parcels.remove(trackingNumber);
  }

  async shipments(orderId: string): Promise<Shipment[]> {
    const booked: string[] = [];
    const canceled = new Set<string>();
    for (const row of await rowsOf<ShipmentRow>(await this.#storage.table("shipments"), orderId)) {
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

/** One row per parcel, replaced by each new check. */
interface ParcelRow {
  readonly postalCode: string;
  readonly looks: number;
  readonly lastLookId: string;
  readonly scan: number;
  readonly scannedAt: string;
}

const ROW_KEY = "parcel";

/** The parcels of the sandbox: each check moves a parcel one step further on the journey of its postal code. */
export class TableParcelTracking implements ParcelTracking {
  readonly #storage: Storage;

  constructor(storage: Storage) {
    this.#storage = storage;
  }

  /** Adds a parcel; an existing one does not change. */
  async add(trackingNumber: string, postalCode: string): Promise<void> {
    const unseen: ParcelRow = { postalCode, looks: 0, lastLookId: "", scan: 0, scannedAt: "" };
    await insertOnce(await this.#parcels(), { partitionKey: trackingNumber, rowKey: ROW_KEY, ...unseen });
  }

  /** Removes a parcel whose booking was canceled. */
  async remove(trackingNumber: string): Promise<void> {
    await unlessMissing((await this.#parcels()).deleteEntity(trackingNumber, ROW_KEY));
  }

  async knows(trackingNumber: string): Promise<boolean> {
    return (await findRow(await this.#parcels(), trackingNumber, ROW_KEY)) !== undefined;
  }

  async locate(trackingNumber: string, lookId: string): Promise<Position> {
    const parcels = await this.#parcels();
    const seen = await retryOnConflict(async () => {
      const parcel = await findRow<ParcelRow>(parcels, trackingNumber, ROW_KEY);
      if (!parcel) throw new Error(`The carrier does not know ${trackingNumber}`);
      if (parcel.lastLookId === lookId) return parcel;
      const next = moved(parcel, lookId);
      const { partitionKey = "", rowKey = "", etag } = parcel;
      const isReplaced = await replaceRow(parcels, { partitionKey, rowKey, ...next }, etag);
      if (!isReplaced) throw new WriteConflict();
      return next;
    }, `Too many simultaneous checks of ${trackingNumber}`);
    return positionOf(seen);
  }

  #parcels(): Promise<TableClient> {
    return this.#storage.table("parcels");
  }
}

function moved(parcel: ParcelRow, lookId: string): ParcelRow {
  const { postalCode, scan, scannedAt } = parcel;
  const looks = parcel.looks + 1;
  const { failingChecks, stages } = journeyTo(postalCode);
  const reached = stages.filter(({ check }) => check <= looks - failingChecks).length;
  const isNews = reached !== scan;
  return {
    postalCode,
    looks,
    lastLookId: lookId,
    scan: reached,
    scannedAt: isNews ? new Date().toISOString() : scannedAt,
  };
}

/** @throws {Error} if the journey makes this check fail */
function positionOf({ postalCode, scan, scannedAt }: ParcelRow): Position {
  const stage = journeyTo(postalCode).stages[scan - 1];
  if (!stage) throw new Error("The carrier's tracking did not answer in time");
  return { scan, state: stage.state, place: stage.place, at: scannedAt };
}
