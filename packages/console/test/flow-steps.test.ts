import { expect, test } from "vitest";
import { stepsOf } from "../src/page/instance/steps/read-steps.ts";
import { diagramOfSteps } from "../src/page/learn/flow/diagram-of-steps.ts";
import { HistoryWriter, instanceOf, recordedInstances } from "./support/histories.ts";

const edgesOf = (writer: HistoryWriter) =>
  diagramOfSteps(stepsOf(instanceOf(writer.events)))?.edges.map(({ from, to, label }) =>
    label === "" ? `${from} > ${to}` : `${from} ${label} ${to}`,
  );

test("steps that run at the same time are one node without an edge to itself", () => {
  const writer = new HistoryWriter()
    .activity(10, 20, "readAlbum")
    .activity(30, 60, "render")
    .activity(30, 90, "render")
    .activity(31, 70, "render")
    // A lane that goes on while another one is busy.
    .activity(71, 95, "render")
    .activity(100, 110, "contactSheet");
  expect(edgesOf(writer)).toEqual(["readAlbum > render", "render > contactSheet"]);
});

test("what follows steps of other names has an edge from each", () => {
  const writer = new HistoryWriter()
    .activity(10, 40, "stock")
    .activity(10, 50, "price")
    .activity(60, 70, "order");
  expect(edgesOf(writer)).toEqual(["price > order", "stock > order"]);
});

test("a step that follows one of its own name leads to itself", () => {
  const writer = new HistoryWriter().activity(10, 20, "hello").activity(30, 40, "hello");
  expect(edgesOf(writer)).toEqual(["hello > hello"]);
});

test("in virtual time, steps that begin at the same time are parallel", () => {
  const writer = new HistoryWriter().activity(10, 10, "render").activity(10, 10, "render");
  expect(edgesOf(writer)).toEqual([]);
});

test("after a failure, steps undo what they are named after", () => {
  const steps = recordedInstances("order/undone").flatMap((one) => stepsOf(one));
  const undos = diagramOfSteps(steps)?.edges.filter(({ label }) => label === "undo");
  expect(undos).toEqual([
    { from: "bookShipment", to: "cancelShipment", label: "undo" },
    { from: "chargePayment", to: "refundPayment", label: "undo" },
    { from: "reserveStock", to: "releaseStock", label: "undo" },
  ]);
});

test("without a failure, nothing is undone", () => {
  const writer = new HistoryWriter().activity(10, 20, "acquireLock").activity(30, 40, "releaseLock");
  expect(edgesOf(writer)).toEqual(["acquireLock > releaseLock"]);
});

test("10,000 parallel steps and 10,000 after them make a diagram at once", () => {
  const writer = new HistoryWriter();
  for (let at = 0; at < 10_000; at++) writer.activity(10, 1000 + at, `render${at % 20}`);
  for (let at = 0; at < 10_000; at++) writer.activity(12_000, 13_000 + at, `send${at % 20}`);
  expect(diagramOfSteps(stepsOf(instanceOf(writer.events)))?.edges).toHaveLength(400);
});
