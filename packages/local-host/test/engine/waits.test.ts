import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { SqliteStore } from "../../src/stores/sqlite-store.ts";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

/** The record of an instance says what its orchestrator waits for. */

const folder = appFolder({
  "app.mjs": `import { createServer } from "node:http";
import * as df from "durable-functions";
const silent = createServer(() => undefined).listen(0, "127.0.0.1").unref();
await new Promise((resolve) => silent.once("listening", resolve));
df.app.activity("slow", { handler: () => new Promise(() => undefined) });
df.app.activity("quick", { handler: () => undefined });
df.app.entity("counter", () => new Promise(() => undefined));
const waiting = {
  event: (df) => df.waitForExternalEvent("go"),
  race: (df) => df.Task.any([df.waitForExternalEvent("go"), df.createTimer(new Date("2099-01-02T00:00:00Z")), df.createTimer(new Date("2099-01-01T00:00:00Z"))]),
  all: (df) => df.Task.all([1, 2, 3, 4].map((n) => df.callActivity(n === 1 ? "quick" : "slow"))),
  nested: (df) => df.Task.all([df.Task.any([df.callActivity("quick"), df.waitForExternalEvent("lost")]), df.waitForExternalEvent("go")]),
  many: (df) => df.Task.any(Array.from({ length: 30 }, (_, n) => df.waitForExternalEvent("e" + n))),
  retry: (df) => df.callActivityWithRetry("slow", new df.RetryOptions(1000, 2)),
  child: (df) => df.callSubOrchestrator("event", null, "the-child"),
  entity: (df) => df.callEntity(new df.EntityId("counter", "a"), "add", 1),
  http: (df) => df.callHttp({ method: "GET", url: "http://127.0.0.1:" + silent.address().port + "/file?code=secret" }),
  lock: (df) => {
    df.signalEntity(new df.EntityId("counter", "a"), "add", 1);
    return df.lock(new df.EntityId("counter", "a"), new df.EntityId("counter", "b"));
  },
};
for (const [name, wait] of Object.entries(waiting)) df.app.orchestration(name, function* (context) {
  yield context.df.callActivity("quick");
  yield wait(Object.assign(Object.create(context.df), { RetryOptions: df.RetryOptions, EntityId: df.EntityId, Task: context.df.Task }));
});
df.app.orchestration("twice", function* (context) {
  yield context.df.waitForExternalEvent("go");
  yield context.df.waitForExternalEvent("stop");
});`,
});

const anyPort = (text: string) =>
  expect.stringMatching(new RegExp(`^${text.replace(":0/", String.raw`:\d+/`)}$`)) as string;

const go = { kind: "event", name: "go", count: 1 };

test.each([
  ["event", [go]],
  ["race", [go, { kind: "timer", name: "", count: 2, due: Date.parse("2099-01-01T00:00:00Z") }]],
  ["all", [{ kind: "activity", name: "slow", count: 3 }]],
  ["nested", [go]],
  ["retry", [{ kind: "activity", name: "slow", count: 1 }]],
  ["child", [{ kind: "child", name: "event", count: 1 }]],
  ["http", [{ kind: "http", name: anyPort("GET http://127.0.0.1:0/file"), count: 1 }]],
  ["lock", [{ kind: "lock", name: "@counter@a, @counter@b", count: 1 }]],
  ["entity", [{ kind: "entity", name: "add of @counter@a", count: 1 }]],
])("%s", async (name, waits) => {
  const { host } = await startedHost(folder, { stopGraceMs: 0 });
  await host.hub.start({ name, instanceId: "i1", input: null });
  await expect
    .poll(async () => (await host.hub.get("i1"))?.waits)
    .toEqual(waits.map((wait) => ({ ...wait, since: expect.any(Number) as number })));
});

test("an instance keeps twenty waits of different names", async () => {
  const { host } = await startedHost(folder);
  await host.hub.start({ name: "many", instanceId: "i1", input: null });
  await host.engine.idle();
  expect((await host.hub.get("i1"))?.waits.map(({ name }) => name)).toEqual(
    Array.from({ length: 20 }, (_, n) => `e${n}`),
  );
});

test("a wait keeps its first time, survives a restart, and ends with its event or the instance", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "waits-")), "hub.db");
  const store = new SqliteStore(file);
  const { host: first } = await startedHost(folder, { store });
  await first.hub.start({ name: "twice", instanceId: "i1", input: null });
  await first.engine.idle();
  const [wait] = (await first.hub.get("i1"))?.waits ?? [];
  expect(wait).toMatchObject(go);
  await first.hub.raiseEvent("i1", "other", "1");
  await first.engine.idle();
  expect((await first.hub.get("i1"))?.waits).toEqual([wait]);
  await first.stop();
  store.close();
  const again = new SqliteStore(file);
  const { host } = await startedHost(folder, { store: again });
  expect((await host.hub.get("i1"))?.waits).toEqual([wait]);
  await host.hub.raiseEvent("i1", "go", "1");
  await host.engine.idle();
  expect((await host.hub.get("i1"))?.waits).toMatchObject([{ kind: "event", name: "stop" }]);
  await host.hub.terminate("i1", "enough");
  await host.engine.idle();
  expect(await host.hub.get("i1")).toMatchObject({ runtimeStatus: "Terminated", waits: [] });
});
