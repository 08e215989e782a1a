import { expect, test } from "vitest";
import { sequenceOf } from "../../src/page/instance/sequence/messages.ts";
import { stepsOf } from "../../src/page/instance/steps/read-steps.ts";
import { HistoryWriter, instanceOf } from "../support/histories.ts";
import { approval, payment } from "../support/history-samples.ts";

const linesOf = (instance: Parameters<typeof stepsOf>[0]) =>
  sequenceOf(stepsOf(instance)).messages.map(
    ({ from, to, label, kind }) => `${kind}: ${from.title}${from === to ? "" : ` to ${to.title}`}: ${label}`,
  );

test("calls and answers are in order, each between its lanes", () => {
  expect(linesOf(payment())).toEqual([
    "call: Outside to payment: start",
    "call: payment to price: call",
    "answer: price to payment: 5",
    "call: payment to charge: call",
    "call: payment to parcel: call",
    "failure: charge to payment: The bank is closed (1)",
    "call: payment to charge: call",
    "failure: charge to payment: The bank is closed (2)",
    "call: payment to charge: call",
    "answer: charge to payment: paid",
    "answer: parcel to payment: 1",
    "note: payment: suspended",
    "note: payment: resumed",
    "call: payment to stock mug: take",
    "answer: stock mug to payment: done",
    "call: payment to mail: call",
    "answer: mail to payment: done",
    "answer: payment to Outside: done",
  ]);
});

test("lanes are sorted by kind, and an event comes from outside", () => {
  const { lanes } = sequenceOf(stepsOf(approval()));
  expect(lanes.map(({ title }) => title)).toEqual([
    "Outside",
    "refundApproval",
    "checkLimit",
    "askForDecision",
    "giveMoneyBack",
    "sales mug",
  ]);
  expect(linesOf(approval())).toContain("call: Outside to refundApproval: refundDecided");
});

test("a timer that did not fire has one note, and what is open has no answer", () => {
  const { events } = new HistoryWriter()
    .timer(10, 20)
    .timer(30, 4000, false)
    .add(40, "TaskScheduled", { Name: "slow" });
  expect(linesOf(instanceOf(events, { runtimeStatus: "Running" }))).toEqual([
    "call: Outside to sample: start",
    "note: sample: timer",
    "note: sample: timer fired",
    "note: sample: timer",
    "call: sample to slow: call",
  ]);
});

test("more functions than lanes share one", () => {
  const writer = new HistoryWriter();
  for (let at = 0; at < 100; at++) writer.activity(at * 10, at * 10 + 5, `activity${at}`);
  const { lanes, messages } = sequenceOf(stepsOf(instanceOf(writer.events)));
  expect(lanes).toHaveLength(25);
  expect(lanes.at(-1)?.title).toBe("All others");
  expect(messages.filter(({ to }) => to.kind === "others")).toHaveLength(78);
});
