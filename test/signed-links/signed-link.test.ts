import { expect, onTestFinished, test, vi } from "vitest";
import type { OrchestrationClient } from "../../src/durable/client/orchestration-client.ts";
import { waitUntilRecorded } from "../../src/signed-links/signed-link.ts";

test("whether an answer is taken is not known if it is not recorded within ten seconds", async () => {
  const find = vi.fn<() => Promise<object>>(async () => ({}));
  const link = { orchestration: {}, closedReason: () => undefined, takenAnswer: () => undefined };
  const open = { instance: { instanceId: "refund-1" }, round: 1 };
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += 5000));
  onTestFinished(() => clock.mockRestore());
  const outcome = await waitUntilRecorded(
    link as unknown as Parameters<typeof waitUntilRecorded>[0],
    open as unknown as Parameters<typeof waitUntilRecorded>[1],
    { find } as unknown as OrchestrationClient,
    "answer",
  );
  expect(outcome).toBeUndefined();
  expect(find).toHaveBeenCalledTimes(2);
});
