import { randomUUID } from "node:crypto";
import { expect, onTestFinished, test, vi } from "vitest";
import type { InstanceQuery, TaskHub } from "../../src/durable/task-hub/task-hub.ts";
import { TableRescues } from "../../src/storage/rescues.ts";
import { rescueIn } from "../support/rescue.ts";
import { testStorage } from "../support/storage.ts";

/** The runs of the rescue that a process needs which waits for a lost answer, with a task hub of its own. */

const ID = `renditions-${randomUUID()}`;
const at = (minutes: number) => new Date(minutes * 60_000);

/** Renditions that wait for a lane that has ended, since the beginning of time. */
function renditions(input: unknown = {}) {
  let runtimeStatus = "Running";
  let output: unknown = null;
  const isEnding = { late: false };
  const instance = (id: string) =>
    id === ID
      ? { id, name: "renditions", runtimeStatus, output, updatedAt: at(0) }
      : { id, name: "renditionLane", runtimeStatus: "Completed", updatedAt: at(0) };
  const history = [{ EventType: "SubOrchestrationInstanceCreated", InstanceId: `${ID}:lane-0` }];
  const end = () => {
    if (!isEnding.late) runtimeStatus = "Terminated";
  };
  const hub = {
    // The time of creation is lost.
    pages: async function* ({ idPrefix = "", statuses, createdTo }: InstanceQuery) {
      if (
        createdTo === undefined &&
        idPrefix !== "" &&
        ID.startsWith(idPrefix) &&
        statuses.includes("Running")
      )
        yield runtimeStatus === "Running" ? [instance(ID)] : [];
    },
    instance: async (id: string) => instance(id),
    history: async (id: string) => (id === ID ? history : []),
    run: async (id: string) => ({ instance: instance(id), input, history }),
    command: vi.fn<(id: string, command: string, reason: string) => Promise<string>>(
      async (_id, _command, reason) => {
        output = reason;
        end();
        return "accepted";
      },
    ),
    start: vi.fn<() => Promise<string>>(async () => {
      [runtimeStatus, output] = ["Completed", null];
      return "started";
    }),
  };
  const storage = testStorage();
  const rescues = new TableRescues(storage);
  const run = (minutes: number) => rescueIn(hub as unknown as TaskHub, storage, at(minutes), { rescues });
  return { hub, rescues, isEnding, end, run };
}

test("renditions are started again by the third run", async () => {
  const { hub, run } = renditions();
  await run(20);
  expect(hub.command).not.toHaveBeenCalled();
  await run(25);
  expect(hub.command).toHaveBeenCalledExactlyOnceWith(ID, "terminate", expect.stringContaining("lost"));
  expect(await run(30)).toMatchObject({ restart: 1 });
  expect(hub.start).toHaveBeenCalledOnce();
});

test("a process of which two instances wait is ended once", async () => {
  const { hub, isEnding, run } = renditions();
  isEnding.late = true;
  const part = `${ID}:album-0`;
  const history = hub.history.bind(hub);
  hub.history = (id) => history(id === part ? ID : id);
  hub.pages = async function* ({ idPrefix = "" }) {
    if (idPrefix !== "" && ID.startsWith(idPrefix)) yield [await hub.instance(ID), await hub.instance(part)];
  };
  for (const minutes of [20, 25]) await run(minutes);
  expect(hub.command).toHaveBeenCalledOnce();
});

test("a note counts for half an hour, and an attempt of another rescue is none", async () => {
  const { hub, rescues, run } = renditions();
  await rescues.take(ID, 5, at(0));
  for (const minutes of [20, 51, 51.5, 83]) await run(minutes);
  expect(hub.command).not.toHaveBeenCalled();
  await run(84);
  expect(hub.command).toHaveBeenCalledOnce();
});

test("a process that could not be started again is not ended", async () => {
  const { hub, run } = renditions("not an object");
  await run(20);
  expect(await run(25)).toMatchObject({ failed: 1 });
  expect(hub.command).not.toHaveBeenCalled();
});

test("a process whose end comes late is started again, also after a pause of the app", async () => {
  const { hub, rescues, isEnding, end, run } = renditions();
  isEnding.late = true;
  for (const minutes of [20, 25, 90]) await run(minutes);
  expect(await Array.fromAsync(rescues.restarting())).toEqual([ID]);
  isEnding.late = false;
  end();
  expect(await run(95)).toMatchObject({ restart: 1 });
  expect(hub.start).toHaveBeenCalledOnce();
  expect(await Array.fromAsync(rescues.restarting())).toEqual([]);
});

test("a process that ends while the rescue looks for those that wait is started again", async () => {
  const { hub, isEnding, end, run } = renditions();
  isEnding.late = true;
  for (const minutes of [20, 25]) await run(minutes);
  const pages = hub.pages.bind(hub);
  hub.pages = (query) => {
    if (query.idPrefix !== undefined) end();
    return pages(query);
  };
  isEnding.late = false;
  await run(30);
  expect(await run(35)).toMatchObject({ restart: 1 });
  expect(hub.start).toHaveBeenCalledOnce();
});

test("a process that gets its answer before its end is started again, too", async () => {
  const { hub, isEnding, end, run } = renditions();
  isEnding.late = true;
  for (const minutes of [20, 25]) await run(minutes);
  hub.history = async () => [];
  await run(30);
  isEnding.late = false;
  end();
  expect(await run(35)).toMatchObject({ restart: 1 });
});

test("a run without time for the list forgets no process that it is ending", async () => {
  const { hub, rescues, isEnding, run } = renditions();
  isEnding.late = true;
  for (const minutes of [20, 25]) await run(minutes);
  let elapsed = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => elapsed);
  onTestFinished(() => clock.mockRestore());
  hub.pages = async function* ({ idPrefix }: InstanceQuery) {
    if (idPrefix === undefined) return;
    elapsed = 5 * 60_000;
    yield [];
  };
  expect(await run(30)).toMatchObject({ isComplete: false });
  expect(await Array.fromAsync(rescues.restarting())).toEqual([ID]);
});

test("a run without time for the rest of a page leaves it to the next run", async () => {
  const { hub, run } = renditions();
  let elapsed = 0;
  const clock = vi.spyOn(performance, "now").mockImplementation(() => elapsed);
  onTestFinished(() => clock.mockRestore());
  hub.pages = async function* ({ idPrefix }: InstanceQuery) {
    if (idPrefix !== undefined) yield [await hub.instance(ID), await hub.instance(`${ID}-too`)];
  };
  const looked: string[] = [];
  hub.history = async (id) => {
    looked.push(id);
    elapsed = 5 * 60_000;
    return [];
  };
  expect(await run(20)).toMatchObject({ isComplete: false });
  expect(looked).toEqual([ID]);
});
