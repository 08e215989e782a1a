import { expect, test } from "vitest";
import type { HistoryEvent } from "../../src/api/management-api.ts";
import { stateOf } from "../../src/page/instance/steps/step.ts";
import { withNext } from "../../src/page/instance/timeline/generations.ts";
import { layoutOf } from "../../src/page/instance/timeline/layout.ts";
import { rowsOf } from "../../src/page/instance/timeline/rows.ts";
import { positionOf, segmentsOf, xAt } from "../../src/page/instance/timeline/segments.ts";
import { HistoryWriter, instanceOf, recordedInstances } from "../support/histories.ts";

const HOUR_MS = 3_600_000;
const NONE = new Map<string, never>();

test("idle time that dominates is folded, and positions go on through it", () => {
  const segments = segmentsOf(
    [
      { from: 0, to: 20 },
      { from: 72 * HOUR_MS, to: 72 * HOUR_MS + 20 },
    ],
    [0, 20, 72 * HOUR_MS, 72 * HOUR_MS + 20],
    true,
  );
  expect(segments.map(({ isFolded }) => isFolded)).toEqual([false, true, false]);
  expect(segments.map(({ size }) => Number(size.toFixed(2)))).toEqual([0.46, 0.08, 0.46]);
  expect(positionOf(segments, 36 * HOUR_MS)).toBeCloseTo(0.5);
  for (const position of [0, 0.2, 0.46, 0.5, 0.7, 1]) {
    expect(positionOf(segments, xAt(segments, position))).toBeCloseTo(position);
  }
});

test("without folding, the axis has one scale", () => {
  const segments = segmentsOf([{ from: 0, to: 20 }], [0, 20, HOUR_MS], false);
  expect(segments).toEqual([{ from: 0, to: HOUR_MS, start: 0, size: 1, isFolded: false }]);
});

test("many folds take half of the width together", () => {
  const hours = Array.from({ length: 100 }, (_, hour) => hour * HOUR_MS);
  const segments = segmentsOf(
    hours.map((from) => ({ from, to: from + 50 })),
    hours.flatMap((from) => [from, from + 50]),
    true,
  );
  const folds = segments.filter(({ isFolded }) => isFolded);
  expect(folds).toHaveLength(99);
  expect(folds.reduce((sum, { size }) => sum + size, 0)).toBeCloseTo(0.5);
});

test("an activity that runs for hours is no idle time", () => {
  const { events } = new HistoryWriter().activity(10, 30, "short").activity(40, 9 * HOUR_MS, "long");
  expect(layoutOf(rowsOf(instanceOf(events), new Set(), NONE), undefined, true).hasFolds).toBe(false);
});

test("what has the same time is drawn in the order of the history", () => {
  const rows = recordedInstances("order/undone").flatMap((one) => rowsOf(one, new Set(), NONE));
  const layout = layoutOf(rows, undefined, true);
  expect(layout.isByOrder).toBe(true);
  const positions = rows.slice(1, 5).flatMap(({ step: { attempts } }) => {
    const [{ start, end }] = attempts;
    return [start, end ?? start].map((point) => positionOf(layout.segments, layout.xOf(point)));
  });
  expect(positions).toEqual([...positions].sort((a, b) => a - b));
  expect(new Set(positions).size).toBe(8);
  expect(layout.segments.filter(({ isFolded }) => isFolded)).toHaveLength(3);
});

test("the rows of an open child are below its step, also those of a child that does not exist", () => {
  const parent = instanceOf(
    new HistoryWriter()
      .add(10, "SubOrchestrationInstanceCreated", { Name: "album", InstanceId: "child-1" })
      .add(10, "SubOrchestrationInstanceCreated", { Name: "album", InstanceId: "gone" })
      // A child with the id of its parent cannot be opened in place.
      .add(20, "SubOrchestrationInstanceCreated", { Name: "album", InstanceId: "sample-1" }).events,
    { runtimeStatus: "Running" },
  );
  const child = instanceOf(new HistoryWriter().activity(30, 40, "resize").events, { instanceId: "child-1" });
  const known = new Map([
    ["child-1", { instance: child }],
    ["gone", { error: "It is not there any more." }],
  ]);
  const rows = rowsOf(parent, new Set(["child-1", "gone", "sample-1"]), known);
  expect(rows.map(({ depth, step, note }) => [depth, step.name, note])).toEqual([
    [0, "sample", undefined],
    [1, "album", undefined],
    [2, "resize", undefined],
    [1, "album", "It is not there any more."],
    [1, "album", undefined],
  ]);
  expect(new Set(rows.map(({ key }) => key)).size).toBe(rows.length);
});

test("a history of 10,000 activities has its layout without deep recursion", () => {
  const writer = new HistoryWriter();
  for (let at = 0; at < 10_000; at++) writer.activity(at * 10, at * 10 + 15, "resize");
  const rows = rowsOf(instanceOf(writer.events), new Set(), NONE);
  expect(layoutOf(rows, undefined, true).segments).toHaveLength(1);
  expect(rows).toHaveLength(10_001);
});

test("generations that the page has seen stay above the one that runs", () => {
  const generation = (at: number, number: number | null) => {
    const [start, ...events] = new HistoryWriter(`2026-11-27T11:0${at}:00Z`).activity(
      10,
      20,
      `work${at}`,
    ).events;
    const numbered = Object.assign({}, start, { Generation: number }) as HistoryEvent;
    return instanceOf([numbered, ...events], { runtimeStatus: "Running" });
  };
  const [first, second, third] = [generation(0, 0), generation(1, null), generation(2, null)];
  expect(withNext(undefined, [], first)).toEqual({ earlier: [], hasUnseen: false });
  expect(withNext(undefined, [], second)).toEqual({ earlier: [], hasUnseen: true });
  const { earlier } = withNext(second, withNext(first, [], second).earlier, third);
  expect(withNext(third, earlier, third).earlier).toEqual(earlier);
  const ids = rowsOf(third, new Set(), NONE, earlier).map(({ child }) => child?.id ?? "");
  const rows = rowsOf(third, new Set(ids), NONE, earlier);
  expect(rows.map(({ depth, step }) => `${depth} ${step.name} ${stateOf(step)}`)).toEqual([
    "0 Earlier generation completed",
    "1 work0 completed",
    "0 Earlier generation completed",
    "1 work1 completed",
    "0 sample open",
    "1 work2 completed",
  ]);
});
