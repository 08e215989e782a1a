import { beforeEach, describe, expect, test } from "vitest";
import { TableCarrier, TableParcelTracking } from "../../src/services/sandbox/table-carrier.ts";
import { testStorage } from "../support/storage.ts";

const booking = {
  orderId: "order-1",
  idempotencyKey: "order-1-bookShipment",
  shipTo: {
    name: "Sample Customer",
    street: "Example Street 1",
    postalCode: "10115",
    city: "Berlin",
    country: "DE",
  },
};

const to = (postalCode: string) => ({ ...booking, shipTo: { ...booking.shipTo, postalCode } });

let carrier: TableCarrier;
let parcels: TableParcelTracking;

beforeEach(() => {
  const storage = testStorage();
  carrier = new TableCarrier(storage);
  parcels = new TableParcelTracking(storage);
});

describe("book", () => {
  test("repeated in sequence or simultaneously, books one parcel", async () => {
    const repeats = await Promise.all(Array.from({ length: 8 }, () => carrier.book(booking)));
    const [first] = repeats;
    expect(first).toEqual({ kind: "booked", trackingNumber: expect.stringMatching(/^PP[0-9A-F]{16}$/) });
    for (const answer of [...repeats, await carrier.book(booking)]) expect(answer).toEqual(first);
    expect(await carrier.shipments("order-1")).toHaveLength(1);
  });

  test("to 00000 is always refused", async () => {
    const refused = { kind: "undeliverable", reason: "No carrier serves postal code 00000" };
    expect(await carrier.book(to("00000"))).toEqual(refused);
    expect(await carrier.book(to("10115"))).toEqual(refused);
    expect(await carrier.shipments("order-1")).toEqual([]);
  });

  test("to 00002 fails twice, then books", async () => {
    await expect(carrier.book(to("00002"))).rejects.toThrow("(attempt 1)");
    await expect(carrier.book(to("00002"))).rejects.toThrow("(attempt 2)");
    expect((await carrier.book(to("00002"))).kind).toBe("booked");
  });

  test("to 00009 always fails", async () => {
    for (let attempt = 0; attempt < 4; attempt++) {
      await expect(carrier.book(to("00009"))).rejects.toThrow("is down");
    }
  });
});

describe("cancel", () => {
  test("cancels the parcel once, even if it is repeated", async () => {
    await carrier.book(booking);
    const [parcel] = await carrier.shipments("order-1");
    const trackingNumber = String(parcel?.trackingNumber);
    expect(await parcels.knows(trackingNumber)).toBe(true);
    await Promise.all(Array.from({ length: 5 }, () => carrier.cancel(booking)));
    expect(await carrier.shipments("order-1")).toMatchObject([{ orderId: "order-1", canceled: true }]);
    expect(await parcels.knows(trackingNumber)).toBe(false);
  });

  test("without a booking does nothing, and a late booking is refused", async () => {
    await carrier.cancel(booking);
    await expect(carrier.book(booking)).rejects.toThrow("was withdrawn before it arrived");
    expect(await carrier.shipments("order-1")).toEqual([]);
  });
});
