import { expect, onTestFinished, test, vi } from "vitest";
import type { Approver } from "../../tools/traffic/approver.ts";
import type { Client } from "../../tools/traffic/client.ts";
import { instances, settled } from "../../tools/traffic/settle.ts";

/** What runs and what has failed when the shop is asked, and the failures' messages. */
interface Round {
  readonly open?: readonly string[];
  readonly failed?: Readonly<Record<string, string>>;
}

const LOST = "One or more errors occurred. (node exited with code 137 (0x89))";
const OWN = "One or more errors occurred. (Result: Failure)";
const isRefund = (id: string) => id.startsWith("refund-");

/** The last round is repeated. Each takes 300 ms. */
async function settling(longestMs: number, ...rounds: readonly [Round, ...Round[]]) {
  let round = -1;
  const now = () => rounds[Math.min(round, rounds.length - 1)] ?? {};
  const details: string[] = [];
  const client = {
    read: async (path: string) => {
      const failed = now().failed ?? {};
      const [, id] = /^\/api\/instances\/(.+)$/.exec(path) ?? [];
      if (id !== undefined) {
        details.push(id);
        return { error: { message: failed[id] } };
      }
      const isForOpen = path === "/api/instances?status=pending%2Crunning%2Csuspended";
      if (isForOpen) round += 1;
      const ids = isForOpen ? (now().open ?? []) : Object.keys(failed);
      const summary = (each: string) => ({
        id: each,
        orchestration: isRefund(each) ? "refundApproval" : "orderFulfilment",
        updatedAt: `at ${failed[each]}`,
      });
      return { instances: ids.map(summary) };
    },
  } as unknown as Client;
  const decided: (readonly [round: number, id: string])[] = [];
  const approver = {
    decideAgain: async (id: string) => decided.push([round, id]),
  } as unknown as Approver;
  const counts: number[] = [];
  vi.useFakeTimers({ toFake: ["Date"] });
  onTestFinished(() => void vi.useRealTimers());
  const left = await settled(client, approver, longestMs, (count) => {
    counts.push(count);
    vi.setSystemTime(Date.now() + 300);
  });
  return { left, counts, decided, details };
}

test("a shop is settled when nothing runs; who waits for a decision twice in a row gets it again", async () => {
  const rounds = [
    { open: ["order-1", "refund-1"] },
    { open: ["order-1", "refund-1", "refund-2"] },
    { open: ["refund-2"] },
    {},
  ] as const;
  expect(await settling(60_000, ...rounds)).toEqual({
    left: [],
    counts: [2, 3, 1, 0],
    decided: [
      [1, "refund-1"],
      [2, "refund-2"],
    ],
    details: [],
  });
});

test("what failed with its worker is awaited, unless it is a part, and asked about again when it has changed", async () => {
  const failed = { "order-1": LOST, "order-2": OWN, "import-1:page-1": LOST };
  expect(await settling(60_000, { failed }, { failed }, { failed: { ...failed, "order-1": OWN } })).toEqual({
    left: [],
    counts: [1, 1, 0],
    decided: [],
    details: ["order-1", "order-2", "order-1"],
  });
});

test("what is left after the longest time is named", async () => {
  const failed = { "order-2": LOST };
  expect(await settling(400, { open: ["order-1"], failed })).toMatchObject({
    left: ["order-1", "order-2"],
    counts: [2, 2],
  });
});

test("a list is read page by page", async () => {
  const pages = [{ instances: [{ id: "one" }], continuation: "a b" }, { instances: [{ id: "two" }] }];
  const paths: string[] = [];
  const client = { read: async (path: string) => (paths.push(path), pages.shift()) } as unknown as Client;
  expect((await instances(client, ["completed", "failed"])).map(({ id }) => id)).toEqual(["one", "two"]);
  const list = "/api/instances?status=completed%2Cfailed";
  expect(paths).toEqual([list, `${list}&continuation=a+b`]);
});

test("a list that the app does not show is not empty", async () => {
  const client = { read: async () => undefined } as unknown as Client;
  await expect(instances(client, ["running"])).rejects.toThrow("no list of instances");
});
