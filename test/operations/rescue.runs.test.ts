import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import type { InstanceQuery, TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { QueueMailOutbox } from "../../src/services/sandbox/queue-mail-outbox.ts";
import { TableRescues } from "../../src/storage/rescues.ts";
import { LOST, rescueIn } from "../support/rescue.ts";
import { sentMails } from "../support/sent-mails.ts";
import { testStorage } from "../support/storage.ts";

/** The instances that one run of the rescue handles, and those that it leaves to the next run. */

const MINUTE = 60_000;

/** A task hub with failed instances that refuse all commands, unless the test changes that. */
function hubOfFailed(ids: ReadonlySet<string>, output: string, change: Partial<FakeHub> = {}): TaskHub {
  const instanceOf = (id: string) => ({
    id,
    name: "orderFulfilment",
    version: "2.0",
    runtimeStatus: ids.has(id) ? "Failed" : "Running",
    output,
    updatedAt: new Date(0),
  });
  const hub: FakeHub = {
    pages: async function* ({ statuses }) {
      if (statuses.includes("Failed")) yield [...ids].map(instanceOf);
    },
    instance: async (id) => instanceOf(id),
    run: async (id) => ({ instance: instanceOf(id), input: {}, history: [] }),
    command: () => Promise.reject(new Error("It was rewound")),
    start: () => Promise.reject(new Error("It was started again")),
    ...change,
  };
  return hub as unknown as TaskHub;
}

interface FakeHub {
  pages(query: InstanceQuery): AsyncGenerator<object[]>;
  instance(id: string): Promise<object>;
  run(id: string): Promise<object>;
  command(id: string): Promise<string>;
  start(): Promise<string>;
}

test.each([
  ["that lost its code at a later call", LOST.replace("ID 0", "ID 3"), [{ EventType: "TaskCompleted" }]],
  ["that lost a part to an operator", LOST, [{ EventType: "SubOrchestrationInstanceFailed" }]],
])("a process %s is not rescued, without an attempt and without an alert", async (_what, output, history) => {
  const id = `order-${randomUUID()}`;
  const storage = testStorage();
  const rescues = new TableRescues(storage);
  const report = { rewind: 0, restart: 0, givenUp: 0, failed: 0, isComplete: true };
  for (let minutes = 0; minutes < 3; minutes++) {
    const run = async () => ({ instance: { id, runtimeStatus: "Failed" }, input: {}, history });
    const hub = hubOfFailed(new Set([id]), output, { run });
    expect(await rescueIn(hub, storage, new Date(minutes * MINUTE))).toEqual(report);
  }
  expect(await Array.fromAsync(rescues.closed())).toEqual([id]);
  expect(await Array.fromAsync(rescues.closed("givenUp"))).toEqual([]);
  expect(await sentMails(storage)).toEqual([]);
});

test.each([
  ["a part, which its process retries,", `order-${randomUUID()}:stock`, "orderFulfilment", "Failed"],
  ["an instance of another app in the same task hub", `order-${randomUUID()}`, "itsOrchestrator", "Failed"],
  ["an instance that goes on since it was listed", `order-${randomUUID()}`, "orderFulfilment", "Running"],
])("%s is left alone", async (_what, id, name, now) => {
  const storage = testStorage();
  const command = vi.fn<() => Promise<string>>(async () => "accepted");
  const pages = async function* ({ statuses }: InstanceQuery) {
    if (statuses.includes("Failed")) yield [{ id, name, version: "2.0", output: LOST }];
  };
  const hub = hubOfFailed(new Set(now === "Failed" ? [id] : []), LOST, { pages, command });
  expect(await rescueIn(hub, storage, new Date(0))).toMatchObject({ failed: 0, givenUp: 0 });
  expect(command).not.toHaveBeenCalled();
});

test("a mail about an instance that was given up is sent again until it is sent", async () => {
  const id = `order-${randomUUID()}`;
  const storage = testStorage();
  const mail = new QueueMailOutbox(storage);
  const hub = hubOfFailed(new Set([id]), LOST);
  const run = (minutes: number) =>
    rescueIn(hub, storage, new Date(minutes * MINUTE), { mail, version: "3.0" });
  expect(await run(0), "the only attempt").toMatchObject({ failed: 1 });
  vi.spyOn(mail, "send").mockRejectedValueOnce(new Error("The host was killed"));
  expect(await run(1)).toMatchObject({ failed: 1, givenUp: 0 });
  expect(await run(2)).toMatchObject({ failed: 0, givenUp: 1 });
  // Another one is sent if it is restarted, fails again, and is given up again.
  const messageId = `rescue-${id}-${new Date(0).toISOString()}`;
  expect(await sentMails(storage)).toMatchObject([{ messageId, to: "operations@example.com" }]);
});

test("an instance whose input cannot be read is given up at once", async () => {
  const id = `order-${randomUUID()}`;
  const storage = testStorage();
  // Something follows the failed call, so that a rewind is not safe.
  const history = ["TaskFailed", "TaskCompleted"].map((EventType) => ({ EventType }));
  const run = async () => ({ instance: { id, name: "orderFulfilment", runtimeStatus: "Failed" }, history });
  const hub = hubOfFailed(new Set([id]), LOST, { run });
  expect(await rescueIn(hub, storage, new Date(0))).toMatchObject({ failed: 0, givenUp: 1 });
  expect(await sentMails(storage)).toMatchObject([{ text: expect.stringContaining("cannot be read") }]);
});

test.each([1, 2])("attempt %d is made by one of several hosts", async (attempt) => {
  const rescues = new TableRescues(testStorage());
  const id = `order-${randomUUID()}`;
  for (let before = 1; before < attempt; before++) await rescues.take(id, 5, new Date(0));
  const takes = await Promise.all(Array.from({ length: 5 }, () => rescues.take(id, 5, new Date(MINUTE))));
  expect(takes.filter(({ kind }) => kind === "due")).toEqual([{ kind: "due", number: attempt }]);
});

test("a process with a long rescue does not delay others", async () => {
  const last = Promise.withResolvers<undefined>();
  const instances = Array.from({ length: 20 }, (_, n) => ({
    id: `order-${n}-${randomUUID()}`,
    name: "orderFulfilment",
    version: "2.0",
    runtimeStatus: "Failed",
    output: LOST,
  }));
  const hub = {
    pages: async function* ({ statuses }: InstanceQuery) {
      if (statuses.includes("Failed")) yield instances;
    },
    instance: async () => undefined,
    // The first one ends after the last one.
    run: async (id: string) => {
      if (id === instances.at(-1)?.id) last.resolve(undefined);
      return id === instances[0]?.id ? last.promise : undefined;
    },
  } as unknown as TaskHub;
  const report = await rescueIn(hub, testStorage(), new Date());
  expect(report).toEqual({ rewind: 0, restart: 0, givenUp: 0, failed: 0, isComplete: true });
});

test("instances without time in one run are rescued in the next", async () => {
  const ids = Array.from({ length: 40 }, () => `order-${randomUUID()}`);
  const failed = new Set(ids);
  let seconds = 0;
  const elapsed = vi.spyOn(performance, "now").mockImplementation(() => seconds * 1000);
  onTestFinished(() => elapsed.mockRestore());
  const command = async (id: string) => {
    expect(failed.delete(id)).toBe(true);
    seconds += 12;
    return "accepted";
  };
  const storage = testStorage();
  const hub = hubOfFailed(failed, LOST, { command });
  const reports = [];
  do {
    const { rewind, failed: inVain, isComplete } = await rescueIn(hub, storage, new Date(0));
    reports.push({ rewind, inVain, isComplete });
  } while (failed.size > 0);
  expect(reports).toMatchObject([
    { inVain: 0, isComplete: false },
    { inVain: 0, isComplete: true },
  ]);
  const [first = 0, second = 0] = reports.map(({ rewind }) => rewind);
  expect(first + second).toBe(ids.length);
  // As many as the time allows, and those that are already running.
  expect(first).toBeLessThanOrEqual(28);
});

test.each(["Failed", "Running"] as const)(
  "pages without rescuable instances (%s) do not exceed the time of a run",
  async (status) => {
    let minutes = 0;
    const elapsed = vi.spyOn(performance, "now").mockImplementation(() => minutes * MINUTE);
    onTestFinished(() => elapsed.mockRestore());
    const pages = async function* ({ statuses }: InstanceQuery) {
      while (statuses.includes(status)) {
        minutes += 1;
        yield [];
      }
    };
    const hub = hubOfFailed(new Set(), LOST, { pages });
    expect(await rescueIn(hub, testStorage(), new Date(0))).toMatchObject({ isComplete: false });
    expect(minutes).toBe(5);
  },
);

test("instances without further attempts are not read individually in each run", async () => {
  const storage = testStorage();
  const rescues = new TableRescues(storage);
  const failed = new Set(Array.from({ length: 20 }, () => `order-${randomUUID()}`));
  const gone = `order-${randomUUID()}`;
  await Promise.all([...failed, gone].map((id) => rescues.close(id, "dismissed")));
  const take = vi.spyOn(rescues, "take");
  const hub = hubOfFailed(failed, LOST);
  const instance = vi.spyOn(hub, "instance");
  await rescueIn(hub, storage, new Date(0), { rescues });
  expect(take).not.toHaveBeenCalled();
  expect(instance.mock.calls.map(([id]) => id)).toEqual([gone]);
  expect(new Set(await Array.fromAsync(rescues.closed()))).toEqual(failed);
});
