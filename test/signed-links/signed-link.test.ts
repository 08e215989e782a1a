import { expect, onTestFinished, test, vi } from "vitest";
import type { OrchestrationClient } from "../../src/durable/client/orchestration-client.ts";
import { waitUntilEnded, waitUntilRecorded } from "../../src/signed-links/signed-link.ts";

/** A process that goes on and on, under a clock that goes on by half of `limitMs` at each look. */
function withoutEnd(limitMs: number) {
  let now = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => (now += limitMs / 2));
  onTestFinished(() => clock.mockRestore());
  const find = vi.fn<() => Promise<object>>(async () => ({ runtimeStatus: "Running" }));
  const link = { orchestration: {}, closedReason: () => undefined, takenAnswer: () => undefined };
  const open = { instance: { instanceId: "refund-1" }, round: 1 };
  return { find, link, open, client: { find } as unknown as OrchestrationClient } as unknown as {
    find: typeof find;
    link: Parameters<typeof waitUntilRecorded>[0];
    open: Parameters<typeof waitUntilRecorded>[1];
    client: OrchestrationClient;
  };
}

test("whether an answer is taken is not known if it is not recorded within ten seconds", async () => {
  const { find, link, open, client } = withoutEnd(10_000);
  expect(await waitUntilRecorded(link, open, client, "answer")).toBeUndefined();
  expect(find).toHaveBeenCalledTimes(2);
});

test("what an answer leads to is awaited for five seconds", async () => {
  const { find, link, open, client } = withoutEnd(5000);
  expect(await waitUntilEnded(link, open, client)).toBe(open.instance);
  expect(find).toHaveBeenCalledTimes(2);
});

test("what an answer leads to is not known while the task hub fails, but the answer counts", async () => {
  const { find, link, open, client } = withoutEnd(5000);
  find.mockRejectedValue(new Error("The task hub is not available"));
  expect(await waitUntilEnded(link, open, client)).toBe(open.instance);
});
