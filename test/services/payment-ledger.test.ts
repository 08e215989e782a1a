import { beforeEach, describe, expect, test } from "vitest";
import { TablePaymentLedger } from "../../src/services/sandbox/table-payment-ledger.ts";
import { testStorage } from "../support/storage.ts";

const charge = {
  orderId: "order-1",
  idempotencyKey: "order-1-chargePayment",
  amount: { value: 1299, currency: "EUR" },
  token: "tok_ok",
};

let payments: TablePaymentLedger;

beforeEach(() => {
  payments = new TablePaymentLedger(testStorage());
});

async function kinds(): Promise<string[]> {
  return (await payments.entries("order-1")).map(({ kind }) => kind);
}

describe("charge", () => {
  test("repeated in sequence or simultaneously, books once and returns the same result", async () => {
    const repeats = await Promise.all(Array.from({ length: 8 }, () => payments.charge(charge)));
    const [first] = repeats;
    expect(first?.kind).toBe("charged");
    for (const answer of [...repeats, await payments.charge(charge)]) expect(answer).toEqual(first);
    expect(await payments.entries("order-1")).toMatchObject([
      { kind: "charge", idempotencyKey: charge.idempotencyKey, amount: charge.amount },
    ]);
  });

  test("of another key is another payment", async () => {
    await payments.charge(charge);
    await payments.charge({ ...charge, idempotencyKey: "order-1-chargeAgain" });
    const ids = (await payments.entries("order-1")).map(({ paymentId }) => paymentId);
    expect(new Set(ids).size).toBe(2);
  });

  test.each([
    ["tok_declined", "The bank declined the card"],
    ["tok_who_knows", "The card is not known"],
    ["tok_constructor", "The card is not known"],
  ])("with %s is always declined and books nothing", async (token, reason) => {
    const declined = { kind: "declined", reason };
    expect(await payments.charge({ ...charge, token })).toEqual(declined);
    expect(await payments.charge({ ...charge, token: "tok_ok" })).toEqual(declined);
    expect(await kinds()).toEqual([]);
  });

  test("with tok_flaky fails twice per key, then books", async () => {
    const flaky = { ...charge, token: "tok_flaky" };
    await expect(payments.charge(flaky)).rejects.toThrow("did not answer in time (attempt 1)");
    await expect(payments.charge(flaky)).rejects.toThrow("did not answer in time (attempt 2)");
    expect((await payments.charge(flaky)).kind).toBe("charged");
    const another = { ...flaky, idempotencyKey: "order-2-chargePayment" };
    await expect(payments.charge(another)).rejects.toThrow("(attempt 1)");
    expect(await kinds()).toEqual(["charge"]);
  });

  test("with tok_down always fails", async () => {
    for (let attempt = 0; attempt < 4; attempt++) {
      await expect(payments.charge({ ...charge, token: "tok_down" })).rejects.toThrow("is down");
    }
    expect(await kinds()).toEqual([]);
  });
});

describe("refund", () => {
  test("gives back once, even if it is repeated", async () => {
    await payments.charge(charge);
    await Promise.all(Array.from({ length: 5 }, () => payments.refund(charge)));
    await payments.refund(charge);
    expect(await kinds()).toEqual(["charge", "refund"]);
    const [charged, refunded] = await payments.entries("order-1");
    expect(refunded).toEqual({ ...charged, kind: "refund" });
  });

  test("without a charge books nothing, and a late charge is refused", async () => {
    await payments.refund(charge);
    await expect(payments.charge(charge)).rejects.toThrow("was withdrawn before it arrived");
    expect(await kinds()).toEqual([]);
  });

  test("after a declined charge books nothing", async () => {
    await payments.charge({ ...charge, token: "tok_declined" });
    await payments.refund(charge);
    expect(await kinds()).toEqual([]);
  });

  test("simultaneous with its charge leaves no charge, in either order", async () => {
    for (let round = 0; round < 10; round++) {
      const request = { ...charge, orderId: `order-${round}`, idempotencyKey: `key-${round}` };
      await Promise.allSettled([payments.charge(request), payments.refund(request)]);
      await payments.refund(request);
      const booked = (await payments.entries(request.orderId)).map(({ kind }) => kind);
      expect([[], ["charge", "refund"]]).toContainEqual(booked);
    }
  });
});

describe("refund of an amount", () => {
  const refund = { idempotencyKey: "refund-1", orderId: "order-1", amount: { value: 1000, currency: "EUR" } };

  test("is booked once and returns the same, even if it is repeated", async () => {
    await payments.charge(charge);
    const repeats = await Promise.all(Array.from({ length: 5 }, () => payments.refundAmount(refund)));
    for (const answer of repeats) expect(answer).toEqual(repeats[0]);
    expect(repeats[0]).toEqual({ kind: "refunded", refundId: expect.stringMatching(/^ref_[0-9a-f]{24}$/) });
    const [charged, refunded] = await payments.entries("order-1");
    expect(refunded).toEqual({
      kind: "refund",
      idempotencyKey: "refund-1",
      amount: refund.amount,
      paymentId: charged?.paymentId,
    });
  });

  test("never gives back more than was charged, even with simultaneous refunds", async () => {
    await payments.charge(charge);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) =>
        payments.refundAmount({
          ...refund,
          idempotencyKey: `refund-${n}`,
          amount: { ...refund.amount, value: 400 },
        }),
      ),
    );
    expect(answers.filter(({ kind }) => kind === "refunded")).toHaveLength(3);
    expect(await kinds()).toEqual(["charge", "refund", "refund", "refund"]);
  });

  test.each([
    ["of an order that was not charged", { orderId: "order-0" }, "Nothing was charged for order-0"],
    ["in another currency", { amount: { value: 1, currency: "USD" } }, "order-1 was not charged in USD"],
    [
      "of more than was charged",
      { amount: { value: 1300, currency: "EUR" } },
      "Less than the amount is left",
    ],
  ])("%s is refused, also when it is repeated later", async (_, change, reason) => {
    await payments.charge(charge);
    const refused = { kind: "refused", reason: expect.stringContaining(reason) };
    expect(await payments.refundAmount({ ...refund, ...change })).toEqual(refused);
    await payments.charge({ ...charge, orderId: "order-0", idempotencyKey: "order-0-chargePayment" });
    expect(await payments.refundAmount({ ...refund, ...change })).toEqual(refused);
  });

  test("leaves the rest for the undo of the charge", async () => {
    await payments.charge(charge);
    await payments.refundAmount(refund);
    await payments.refund(charge);
    await payments.refund(charge);
    const amounts = (await payments.entries("order-1")).map(({ kind, amount }) => [kind, amount.value]);
    expect(amounts).toEqual([
      ["charge", 1299],
      ["refund", 299],
      ["refund", 1000],
    ]);
  });
});
