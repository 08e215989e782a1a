import { OrchestrationRuntimeStatus } from "durable-functions";
import { expect, onTestFinished, test, vi } from "vitest";
import type { OrchestrationClient } from "../../../src/durable/client/orchestration-client.ts";
import { endOfStoppedWatch } from "../../../src/patterns/shipment-monitor/watch/stop.ts";
import type { Claims } from "../../../src/storage/claims.ts";

test("a stopped watch that has not ended after ten seconds is a 503", async () => {
  const watch = { runtimeStatus: OrchestrationRuntimeStatus.Running, input: { watchId: "one" } };
  const find = vi.fn<() => Promise<object>>(async () => watch);
  const orchestrations = { find, raise: async () => undefined } as unknown as OrchestrationClient;
  const claims = { find: async () => "accepted" } as unknown as Claims;
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 5000));
  onTestFinished(() => clock.mockRestore());
  await expect(endOfStoppedWatch(orchestrations, claims, "watch-1")).rejects.toMatchObject({
    kind: "unavailable",
  });
  // Before it waits, and after five and ten seconds.
  expect(find).toHaveBeenCalledTimes(3);
});
