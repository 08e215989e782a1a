import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { VirtualClock } from "durable-local-host";
import { historyFiles } from "durable-replay";
import type { History } from "durable-replay";
import { afterAll, describe, expect, test, vi, onTestFinished } from "vitest";
import { ROOT } from "../../../tools/run.ts";
import { Sources } from "../src/server/sources.ts";
import type { InstanceReplay, ReplayedCall, SourceFile } from "../src/api/local-host-extras.ts";
import { Replays } from "../src/server/replays.ts";
import { send, servedApp } from "./support/served-app.ts";

/** Each test starts a process that loads an app. */
vi.setConfig({ testTimeout: 90_000 });

const APPS = path.resolve(import.meta.dirname, "../../local-host/test/apps");

const generationOf = ({ generations }: InstanceReplay) => {
  const [generation] = generations;
  if (generation === undefined || generations.length !== 1) throw new Error("One generation is expected.");
  return generation;
};
const names = (calls: readonly ReplayedCall[]) => calls.map(({ name }) => name);

test("a chain of activities, in an app of plain JavaScript: each episode waits at the same line", async () => {
  const app = await servedApp(path.join(APPS, "hello-sequence"));
  const id = await app.start("helloSequence", null);
  await app.host.engine.waitForCompletion(id);
  const replay = await app.get<InstanceReplay>(`instances/${id}/replay`);
  const { episodes, calls, episodeCount } = generationOf(replay);
  expect({ episodeCount, files: replay.files }).toEqual({ episodeCount: 4, files: ["index.js"] });
  expect(calls.map(({ input, result, madeIn, doneIn }) => [input, result, madeIn, doneIn])).toEqual([
    ["Tokyo", "Hello Tokyo!", 1, 2],
    ["Seattle", "Hello Seattle!", 2, 3],
    ["Cairo", "Hello Cairo!", 3, 4],
  ]);
  const line = readFileSync(path.join(APPS, "hello-sequence/index.js"), "utf8")
    .split("\n")
    .findIndex((text) => text.includes("callActivity"));
  expect(episodes.map(({ waitsAt }) => waitsAt.map(({ line: at }) => at))).toEqual([
    [line + 1],
    [line + 1],
    [line + 1],
    [],
  ]);
  expect(episodes.map(({ ended }) => ended)).toEqual([undefined, undefined, undefined, "Completed"]);
  expect(episodes[1]?.newEvents).toMatchObject([
    { type: "TaskCompleted", name: "sayHello", value: "Hello Tokyo!" },
  ]);
});

test("the sources that a replay names are shown with classes, and no other file", async () => {
  const app = await servedApp(path.join(APPS, "hello-sequence"));
  const source = (file: string) =>
    send(app.host.url, `/runtime/console/source?file=${encodeURIComponent(file)}`);
  expect((await source("index.js")).status).toBe(404);
  const id = await app.start("helloSequence", null);
  await app.host.engine.waitForCompletion(id);
  await app.get(`instances/${id}/replay`);
  const { lines } = JSON.parse((await source("index.js")).body) as SourceFile;
  const text = lines.map((line) => line.map((token) => token.text).join("")).join("\n");
  expect(text).toBe(readFileSync(path.join(APPS, "hello-sequence/index.js"), "utf8"));
  const classes = new Set(lines.flat().map((token) => token.class));
  expect([...classes]).toEqual(expect.arrayContaining(["keyword", "string", "comment", "function"]));
  for (const file of ["host.json", "../approval/app.js", "/etc/passwd", "index.js/../host.json", ""]) {
    expect((await source(file)).status).toBe(404);
  }
});

test("a source behind a link that leads out of the app's folder is not shown", async () => {
  const outside = mkdtempSync(path.join(tmpdir(), "console-sources-"));
  onTestFinished(() => rmSync(outside, { recursive: true }));
  const app = path.join(outside, "app");
  mkdirSync(app);
  writeFileSync(path.join(outside, "secret.js"), "export {};");
  writeFileSync(path.join(app, "own.js"), "export {};");
  symlinkSync(path.join(outside, "secret.js"), path.join(app, "linked.js"));
  const sources = new Sources(app);
  sources.allow(["own.js", "linked.js"]);
  expect(await sources.read("own.js")).toMatchObject({ file: "own.js" });
  expect(await sources.read("linked.js")).toBeUndefined();
});

test("after continue-as-new there is the current generation", async () => {
  const clock = new VirtualClock(0);
  const app = await servedApp(path.join(APPS, "endless-counter"), { clock });
  const id = await app.start("countHours", { hours: 0 });
  await app.host.idle();
  const first = generationOf(await app.get<InstanceReplay>(`instances/${id}/replay`));
  await app.post("clock/advance", { by: "PT2H" });
  const third = generationOf(await app.get<InstanceReplay>(`instances/${id}/replay`));
  expect(third.executionId).not.toBe(first.executionId);
  expect(third.episodes.at(-1)).toMatchObject({ customStatus: { hours: 2 } });
  expect(third.calls).toMatchObject([{ kind: "createTimer" }]);
});

test("an instance that has not begun has no episodes; an unknown one has no replay", async () => {
  const app = await servedApp(path.join(APPS, "hello-sequence"));
  const unknown = await send(app.host.url, "/runtime/console/instances/none/replay");
  expect(unknown).toMatchObject({ status: 404 });
  const bad = await send(app.host.url, "/runtime/console/instances/none/replay?from=0");
  expect(bad).toMatchObject({ status: 400 });
});

describe("recorded histories of the orders app", () => {
  // The app does not load without it; nothing is read from there.
  vi.stubEnv("AzureWebJobsStorage", "UseDevelopmentStorage=true");
  const replays = new Replays(ROOT);
  afterAll(() => replays.close());

  async function recorded(file: string): Promise<History> {
    for await (const history of historyFiles(path.join(ROOT, "test/replay/histories", file)).histories({})) {
      if ("events" in history) return history;
    }
    throw new Error(`${file} has no history.`);
  }

  test("a compensation: what is undone comes in reverse, with the lines of the TypeScript", async () => {
    const { files, generations } = await replays.replay(await recorded("order/undone"), undefined);
    const calls = generations[0]?.calls ?? [];
    expect(files).toContain("src/patterns/order-chaining/order.orchestrator.ts");
    // The console is in this app's folder, and its own process makes the calls.
    expect(files.filter((file) => file.startsWith("packages/"))).toEqual([]);
    expect(names(calls)).toEqual(expect.arrayContaining(["reserveStock", "releaseStock"]));
    const released = calls.findIndex(({ name }) => name === "releaseStock");
    expect(released).toBeGreaterThan(calls.findIndex(({ name }) => name === "reserveStock"));
    expect(calls.every(({ at }) => at.some(({ file }) => file.endsWith(".orchestrator.ts")))).toBe(true);
  });
});
