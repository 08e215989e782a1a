import { mkdtempSync, rmSync } from "node:fs";
import http from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { loadApp } from "../../src/app/load-app.ts";
import type { Engine } from "../../src/engine/engine.ts";
import { EventType } from "../../src/engine/history/events.ts";
import type { Instance } from "../../src/stores/instance.ts";
import { DurableRunner } from "../../src/invocation/durable-runner.ts";
import type { FunctionRunner } from "../../src/invocation/function-runner.ts";
import { Invoker } from "../../src/invocation/invoker.ts";
import { MemoryStore } from "../../src/stores/memory-store.ts";
import { SqliteStore } from "../../src/stores/sqlite-store.ts";
import type { Store } from "../../src/stores/store.ts";
import { VirtualClock } from "../../src/virtual-clock.ts";
import { appFolder } from "../support/app-fixture.ts";
import { START, startEngine } from "./support/test-engine.ts";

/**
 * No date, error or result of an app may end the engine, or stay in the store and end the next engine. `Raw` returns
 * its input in place of the SDK's result, as another library or a hand-written function may do.
 */
const APP = `import { app } from "@azure/functions"; import * as df from "durable-functions";
const raw = (type, find) => ({ trigger: { type, name: "t" }, handler: (payload) => find(payload) });
app.generic("Raw", raw("orchestrationTrigger", ({ input }) => input));
app.generic("RawEntity", raw("entityTrigger", ({ self }) => { const { a } = JSON.parse(self.key); return a; }));
df.app.orchestration("Sound", function* (context) { return yield context.df.callActivity("Echo", "sound"); });
df.app.orchestration("Retries", function* (context) {
  const { first, backoff } = context.df.getInput();
  const retry = new df.RetryOptions(first, 3);
  retry.maxRetryIntervalInMilliseconds = 1e16;
  if (backoff !== undefined) retry.backoffCoefficient = backoff;
  return yield context.df.callActivityWithRetry("Thrower", retry, "error"); });
df.app.orchestration("Calls", function* (context) {
  return yield context.df.callActivity("Thrower", context.df.getInput()); });
df.app.orchestration("Throws", function* (context) { throw THROWN[context.df.getInput()](); });
df.app.orchestration("NoDate", function* (context) { yield context.df.createTimer(new Date(undefined)); });
df.app.orchestration("NoDateInRace", function* (context) {
  yield context.df.Task.any([context.df.callActivity("Echo", 1), context.df.createTimer(new Date(undefined))]); });
df.app.orchestration("LateDate", function* (context) { yield context.df.createTimer(new Date(8.64e15)); });
df.app.orchestration("CallsUrl", function* (context) {
  return yield context.df.callHttp({ method: "GET", url: context.df.getInput() }); });
df.app.orchestration("CallsEntity", function* (context) {
  try {
    return yield context.df.callEntity(new df.EntityId("RawEntity", JSON.stringify({ a: context.df.getInput() })), "op");
  } catch (error) { return "caught " + error.message; } });
const THROWN = {
  circular: () => { const a = {}; a.a = a; return a; },
  bigint: () => ({ a: 10n }),
  numberMessage: () => Object.assign(new Error(), { message: 5 }),
  label: () => new Error("false\\n\\n$OutOfProcData$:{…}"),
  error: () => new Error("plain"),
};
df.app.activity("Echo", { handler: (input) => input });
df.app.activity("Thrower", { handler: (input) => { throw THROWN[input](); } });
df.app.entity("Counter", (context) => { context.df.setState(context.df.getState(() => 0) + 1); });`;

let runner: FunctionRunner;
let server: http.Server;
let folder: string;

beforeAll(async () => {
  const app = await loadApp(appFolder({ "app.mjs": APP }));
  if (app.model === undefined) throw new Error("no model");
  const { model } = app;
  const invoker = new Invoker({
    app,
    model,
    log: () => undefined,
    now: () => Date.now(),
    binders: new Map(),
  });
  runner = new DurableRunner(app.functions, invoker);
  server = http.createServer((request, response) => {
    response.writeHead(202, { location: "http://127.0.0.1:9/", "retry-after": request.url?.slice(1) ?? "" });
    response.end();
  });
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
});
afterAll(() => void server.close());
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), "odd-apps-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe.each([
  [
    "memory",
    (): (() => Store) =>
      (
        (store) => () =>
          store
      )(new MemoryStore()),
  ],
  ["SQLite", (): (() => Store) => () => new SqliteStore(path.join(folder, "hub.db"))],
])("on a store in %s", (_name, stores) => {
  /** Runs `first` on an engine, and checks that it and the next one on the same store work. */
  async function survive(
    first: (engine: Engine, clock: VirtualClock) => Promise<void>,
    settings: { readonly strict?: boolean } = {},
  ): Promise<void> {
    const open = stores();
    for (const run of [first, () => Promise.resolve()]) {
      const store = open();
      const clock = new VirtualClock(START);
      const engine = await startEngine({ store, runner, clock, settings });
      clock.waitWith(() => engine.idle());
      await run(engine, clock);
      const id = await engine.hub.start({ name: "Sound", input: null });
      expect(await engine.waitForCompletion(id)).toMatchObject({ output: '"sound"' });
      await engine.stop();
      store.close();
    }
  }

  async function outcome(engine: Engine, name: string, input?: unknown) {
    const id = await engine.hub.start({ name, input: input === undefined ? null : JSON.stringify(input) });
    return engine.waitForCompletion(id);
  }

  async function outcomeOf(name: string, input: unknown) {
    let ended: Instance | undefined;
    await survive(async (engine) => {
      ended = await outcome(engine, name, input);
    });
    return ended;
  }

  const failure = (text: string) => ({
    runtimeStatus: "Failed",
    output: expect.stringContaining(text) as string,
  });

  const notADate = "Could not convert the fireAt of an action to a date of the years 1 to 9999";

  test.each([
    ["NoDate", undefined, `Orchestrator function 'NoDate' failed: ${notADate}: null.`],
    ["NoDateInRace", undefined, notADate],
    ["LateDate", undefined, notADate],
    ["Raw", state({ actionType: 5, fireAt: "garbage", isCanceled: false }), `${notADate}: "garbage".`],
    ["Raw", state({ actionType: 10, instanceId: "@counter@k", operation: "add", fireAt: 7e20 }), notADate],
  ])("an invalid date fails the instance: %s %j", async (name, input, text) => {
    expect(await outcomeOf(name, input)).toMatchObject(failure(text));
  });

  test.each([
    ["Raw", "no object", "Out of proc orchestrators must return a valid JSON schema"],
    ["Raw", state({ actionType: 11, compoundActions: 5 }), "failed: "],
    ["Raw", state({ actionType: 11, compoundActions: [null] }), "failed: "],
    ["Raw", state({ actionType: 0 }), "failed: "],
    ["Raw", state({ actionType: 6 }), "failed: "],
    ["Raw", state({ actionType: 99 }), "unexpected action type"],
  ])("an invalid answer fails the instance: %s %j", async (name, input, text) => {
    expect(await outcomeOf(name, input)).toMatchObject(failure(text));
  });

  test("a retry delay without end fails the instance", async () => {
    expect(await outcomeOf("Retries", { first: 1e16 })).toMatchObject(
      failure("A delay leads to an instant beyond the years 1 to 9999."),
    );
  });

  test("an HTTP call of an invalid address fails", () =>
    survive(async (engine) => {
      const id = await engine.hub.start({ name: "Raw", input: JSON.stringify(state({ actionType: 8 })) });
      await engine.waitFor(id, ({ runtimeStatus }) => runtimeStatus === "Running");
      await engine.idle();
      expect((await engine.hub.history(id)).map((event) => event.EventType)).toContain(EventType.TaskFailed);
    }));

  test("a retry delay that is not a whole number of milliseconds", () =>
    survive(async (engine, clock) => {
      const id = await engine.hub.start({ name: "Retries", input: '{"first":1.3,"backoff":1.1}' });
      await engine.idle();
      await clock.advance(1000);
      expect(await engine.waitForCompletion(id)).toMatchObject({ runtimeStatus: "Failed" });
    }));

  test.each(["99999999999999999", "soon"])("a 202 to poll after %s", (retryAfter) =>
    survive(
      async (engine) => {
        const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${retryAfter}`;
        expect((await outcome(engine, "CallsUrl", url)).output).toContain("not a whole number of seconds");
      },
      { strict: true },
    ),
  );

  test.each(["circular", "bigint", "numberMessage", "label"])("any thrown value: %s", (kind) =>
    survive(async (engine) => {
      for (const name of ["Throws", "Calls"]) {
        expect(await outcome(engine, name, kind)).toMatchObject({ runtimeStatus: "Failed" });
      }
    }),
  );

  test.each([
    {},
    "not json",
    null,
    { results: [null], signals: [], entityExists: true },
    { results: [], signals: [{}], entityExists: true },
    { results: [], signals: [{ target: { name: "Counter", key: 1 }, name: "op" }], entityExists: true },
    { results: [], signals: [], entityExists: true, entityState: { not: "a text" } },
  ])("an invalid answer of an entity fails its operations: %j", (answer) =>
    survive(async (engine) => {
      expect(await outcome(engine, "CallsEntity", answer)).toMatchObject({
        output: '"caught Out of proc entities must return a valid JSON schema."',
      });
    }),
  );

  test("an orchestration with an entity's id works, except that messages to the entity are lost", () =>
    survive(async (engine) => {
      for (const [name, key] of [
        ["NoDate", "ended"],
        ["Raw", "waits"],
      ] as const) {
        await engine.hub.start({ name, instanceId: `@counter@${key}`, input: JSON.stringify(state()) });
        await engine.idle();
        await engine.hub.signalEntity({ name: "Counter", key }, "add", null);
        await engine.idle();
        expect(await engine.hub.readEntity({ name: "Counter", key })).toBeUndefined();
        expect(await engine.hub.get(`@counter@${key}`)).toMatchObject({ name });
      }
    }));

  test("a read or a watcher that throws affects only its caller", () =>
    survive(async (engine) => {
      const started = engine.hub.start({ name: "Sound", instanceId: "i1", input: null });
      const watched = engine.waitFor("i1", () => {
        throw new Error("watcher");
      });
      await expect(engine.hub.list({ top: Symbol("no number") as never })).rejects.toThrow(/Symbol|bind/);
      await expect(watched).rejects.toThrow("watcher");
      await started;
    }));
});

function state(...actions: readonly unknown[]): unknown {
  return { isDone: false, actions: [actions], schemaVersion: 3 };
}
