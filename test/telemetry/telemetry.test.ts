import path from "node:path";
import { SpanStatusCode } from "@opentelemetry/api";
import { InMemoryLogRecordExporter } from "@opentelemetry/sdk-logs";
import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, expect, inject, test, vi } from "vitest";
import { createTestHost, type TestHost } from "durable-local-host/testing";
import { uniquePrefix } from "../support/storage.ts";
import { anOrder } from "../patterns/order-chaining/order-samples.ts";

const TRACE = "0af7651916cd43dd8448eb211c80319c";
const spans = new InMemorySpanExporter();
const logs = new InMemoryLogRecordExporter();
let host: TestHost;
/** Telemetry is sent in real time. */
const POLL_OPTIONS = { timeout: 20_000 };

beforeAll(async () => {
  Object.assign(process.env, {
    AzureWebJobsStorage: inject("storage"),
    SHOP_STORAGE_PREFIX: uniquePrefix(),
    OTEL_SERVICE_NAME: "photo-print-shop",
    OTEL_BSP_SCHEDULE_DELAY: "10",
    OTEL_BLRP_SCHEDULE_DELAY: "10",
  });
  Object.assign(globalThis, { exportersOfTest: { spans, logs } });
  host = await createTestHost({ app: path.join(import.meta.dirname, "fixture") });
});
afterAll(() => host?.stop());

async function placeOrder(body: unknown, headers: Record<string, string> = {}): Promise<string> {
  const answer = await host.fetch("/api/orders", {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(202);
  return ((await answer.json()) as { id: string }).id;
}

test("HTTP start, orchestrator and activities are one trace, whose log lines carry instance and pattern", async () => {
  const id = await placeOrder(anOrder(), { traceparent: `00-${TRACE}-b7ad6b7169203331-01` });
  await host.instance(id).completion();

  await vi.waitFor(
    () =>
      expect(logs.getFinishedLogRecords().map(({ attributes }) => attributes["event"])).toContain(
        "orchestrationCompleted",
      ),
    POLL_OPTIONS,
  );
  await vi.waitFor(
    () =>
      expect(spans.getFinishedSpans().map(({ name }) => name)).toEqual([
        "placeOrder",
        "priceOrder",
        "reserveStock",
        "chargePayment",
        "bookShipment",
        "confirmOrder",
        "sendConfirmation",
      ]),
    POLL_OPTIONS,
  );
  const finished = spans.getFinishedSpans();
  expect(new Set(finished.map((span) => span.spanContext().traceId))).toEqual(new Set([TRACE]));
  expect(finished.slice(1).map(({ attributes }) => attributes["instanceId"])).toEqual(Array(6).fill(id));
  // Orchestrators have no span, because each replay would create one. Their log lines contain the instance id.
  const lines = logs.getFinishedLogRecords().filter(({ attributes }) => attributes["instanceId"] === id);
  expect(
    lines.map(({ attributes: { event, pattern }, spanContext }) => [event, pattern, spanContext?.traceId]),
  ).toEqual([
    ["orchestrationStarted", "order-chaining", TRACE],
    ["orchestrationCompleted", "order-chaining", TRACE],
  ]);
  expect(host.instance(id).replays).toBeGreaterThan(4);
  // The worker's own lines, three for each call, are not sent.
  expect(logs.getFinishedLogRecords().map(({ severityText }) => severityText)).not.toContain("debug");
  expect(finished[0]?.resource.attributes["service.name"]).toBe("photo-print-shop");
});

test("a failed activity is a failed span", async () => {
  spans.reset();
  const id = await placeOrder(anOrder({ token: "tok_flaky" }));
  await host.instance(id).completion();
  await vi.waitFor(
    () => expect(spans.getFinishedSpans().map(({ name }) => name)).toContain("sendConfirmation"),
    POLL_OPTIONS,
  );
  const charges = spans.getFinishedSpans().filter(({ name }) => name === "chargePayment");
  const failed = charges.find(({ status }) => status.code === SpanStatusCode.ERROR);
  expect(failed?.events[0]?.name).toBe("exception");
  expect(charges.length).toBeGreaterThan(1);
});
