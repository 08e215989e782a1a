import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { HistoryEvent } from "../../src/engine/history/events.ts";
import { createTestHost, type TestHost } from "../../src/testing/test-host.ts";

const TRACE_PARENT = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
let host: TestHost;

beforeAll(async () => {
  host = await createTestHost({ app: path.join(import.meta.dirname, "../../../../test/durable/fixture") });
});
afterAll(() => host?.stop());

const traces = (history: readonly HistoryEvent[]) =>
  history.flatMap((event) => ("ParentTraceContext" in event ? [event.ParentTraceContext?.TraceParent] : []));

test("activities and children have the trace of the start", async () => {
  const input = JSON.stringify({ names: ["a", "b"] });
  const id = await host.hub.start({ name: "parent", input, traceParent: TRACE_PARENT });
  await host.instance(id).completion();
  for (const instanceId of [id, `${id}-child`]) {
    const seen = traces(await host.hub.history(instanceId));
    expect(seen).toHaveLength(instanceId === id ? 1 : 3);
    expect(new Set(seen)).toEqual(new Set([TRACE_PARENT]));
  }
});

test("it is kept when the instance continues as new", async () => {
  const input = JSON.stringify({ left: 1, seen: [] });
  const id = await host.hub.start({ name: "countDown", input, traceParent: TRACE_PARENT });
  await host.instance(id).completion();
  expect(traces(await host.hub.history(id))).toEqual([TRACE_PARENT]);
});

test("without a trace the history contains none", async () => {
  const done = await host.start("workAll", { names: ["a"] });
  await done.completion();
  const history = await host.hub.history(done.id);
  const contexts = history.flatMap((event) =>
    "ParentTraceContext" in event ? [event.ParentTraceContext] : [],
  );
  expect(contexts).toEqual([null, null]);
});
