import { expect, test } from "vitest";
import { startShop } from "../../support/shop.ts";
import { anOrder } from "./order-samples.ts";
import { Orders } from "./orders.ts";

const TOTAL = 3 * 1099 + 2495;

test.each([
  [
    "confirmed",
    anOrder({ token: "tok_flaky" }),
    { reserved: 4, ledger: [`charge ${TOTAL}`], parcels: ["booked"], mails: ["sendConfirmation"] },
  ],
  [
    "undone",
    anOrder({ postalCode: "00000" }),
    { reserved: 0, ledger: [`charge ${TOTAL}`, `refund ${TOTAL}`], parcels: [], mails: [] },
  ],
])(
  "an order is %s with each effect once, although the host dies after any one of its commits",
  { timeout: 60_000 },
  async (_end, body, expected) => {
    const { host, storage } = await startShop({ store: "file" });
    await using _ = host;
    const orders = new Orders(host.url, storage);
    let hasDied = true;
    let rounds = 0;
    for (let commits = 0; hasDied; commits++) {
      const unitsBefore = await orders.unitsInStock();
      const id = await orders.place(body);
      hasDied = await host.completeThroughDeath(id, commits);
      expect(await orders.traces(id, unitsBefore), `host died after ${commits} commits`).toEqual(expected);
      rounds += 1;
    }
    // Some crashes were between a step's effect and its result, so the step ran again.
    expect(rounds).toBeGreaterThan(10);
    expect(host.activity("reserveStock").calls.length).toBeGreaterThan(rounds);
  },
);
