import { OrchestrationRuntimeStatus } from "durable-functions";
import { expect, test } from "vitest";
import type { InstanceStatus } from "../../src/durable/client/orchestration-client.ts";
import { resourceResponse } from "../../src/http/resource.ts";

const CREATED = Date.parse("2027-03-02T08:00:00.750Z");
const view = { kind: "order", progress: { step: "priceOrder" }, links: { self: "/api/orders/order-1" } };

const instance = (
  runtimeStatus: OrchestrationRuntimeStatus,
  ageMs = 0,
): InstanceStatus<unknown, unknown, unknown> => ({
  instanceId: "order-1",
  runtimeStatus,
  input: {},
  createdAt: new Date(CREATED),
  updatedAt: new Date(CREATED + ageMs),
});

test.each([
  [0, "1"],
  [14_000, "1"],
  [16_000, "2"],
  [120_000, "12"],
  [24 * 3_600_000, "30"],
])("a process of %i ms is asked for again after %s s", (ageMs, seconds) => {
  const { headers } = resourceResponse(instance(OrchestrationRuntimeStatus.Running, ageMs), view);
  expect(headers).toEqual({ "retry-after": seconds });
});

test("an ended process has its result, and no Retry-After", () => {
  const { status, headers, jsonBody } = resourceResponse(
    instance(OrchestrationRuntimeStatus.Completed, 1000),
    {
      ...view,
      result: { kind: "confirmed" },
    },
  );
  expect([status, headers]).toEqual([200, {}]);
  expect(jsonBody).toEqual({
    id: "order-1",
    ...view,
    status: "completed",
    result: { kind: "confirmed" },
    createdAt: "2027-03-02T08:00:00.000Z",
    updatedAt: "2027-03-02T08:00:01.750Z",
  });
});

test("only a failed process has an error, and never an error of the engine", () => {
  const error = { type: "carrierDown", message: "The carrier does not answer" };
  const errorOf = (status: OrchestrationRuntimeStatus, shown?: typeof error) =>
    (
      resourceResponse({ ...instance(status), output: "stack" }, { ...view, error: shown }).jsonBody as {
        error?: unknown;
      }
    ).error;
  expect(errorOf(OrchestrationRuntimeStatus.Failed, error)).toEqual(error);
  expect(errorOf(OrchestrationRuntimeStatus.Failed)).toEqual({
    type: "internal",
    message: "The process failed; its history tells why",
  });
  expect(errorOf(OrchestrationRuntimeStatus.Running, error)).toBeUndefined();
});
