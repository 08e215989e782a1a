import { expect, test } from "vitest";
import { loadApp } from "../../src/app/load-app.ts";
import { DurableRunner } from "../../src/invocation/durable-runner.ts";
import { durableClientInput } from "../../src/invocation/durable-client-input.ts";
import { Invoker } from "../../src/invocation/invoker.ts";
import type { LogRecord } from "../../src/invocation/log.ts";
import { appFolder } from "../support/app-fixture.ts";

async function runnerFor(
  code: string,
): Promise<{ readonly runner: DurableRunner; readonly logs: readonly LogRecord[] }> {
  const app = await loadApp(
    appFolder({
      "app.mjs": `import { app } from "@azure/functions"; import * as df from "durable-functions";\n${code}`,
    }),
  );
  if (app.model === undefined) throw new Error("no model");
  const logs: LogRecord[] = [];
  const clientInput = durableClientInput({
    origin: "http://127.0.0.1:1",
    hubName: "Hub",
    key: "secret",
  });
  const invoker = new Invoker({
    app,
    model: app.model,
    log: (record) => logs.push(record),
    now: () => 42,
    binders: new Map([["durableclient", () => clientInput]]),
  });
  return { runner: new DurableRunner(app.functions, invoker), logs };
}

test("durable functions are found by case-insensitive name, and listed", async () => {
  const { runner } = await runnerFor(
    `df.app.activity("Pack", { handler: () => {} }); df.app.activity("addUp", { handler: () => {} });
df.app.orchestration("Flow", function* () {}); df.app.entity("Counter", () => {});`,
  );
  expect(runner.find("activity", "PACK")).toBe("Pack");
  expect(runner.find("orchestrator", "Pack")).toBeUndefined();
  expect(runner.names("activity")).toEqual(["Pack", "addUp"]);
  expect(runner.names("entity")).toEqual(["Counter"]);
});

test.each([
  ["undefined", undefined],
  ["null", null],
  ["'text'", { string: "text" }],
  ["7", { int: 7 }],
  ["1e21", { json: "9223372036854775807" }],
  ["0.5", { double: 0.5 }],
  ["true", { json: "true" }],
  ["({ a: 1 })", { json: '{"a":1}' }],
  ["Buffer.from([1])", { bytes: Buffer.from([1]) }],
])("an activity that returns %s", async (expression, returnValue) => {
  const { runner } = await runnerFor(`df.app.activity("Act", { handler: () => (${expression}) });`);
  expect(await runner.run("activity", "Act", undefined)).toEqual({ ok: true, returnValue });
});

test.each([
  ["new Error('flaky')", { ok: false, message: "flaky" }],
  ["'text'", { ok: false, message: "text" }],
  ["7", { ok: false, message: "7" }],
  ["({ code: 1 })", { ok: false, message: '{"code":1}' }],
  ["undefined", { ok: true, returnValue: undefined }],
  ["null", { ok: true, returnValue: undefined }],
])("an activity that throws %s", async (expression, expected) => {
  const { runner } = await runnerFor(`df.app.activity("Act", { handler: () => { throw ${expression}; } });`);
  expect(await runner.run("activity", "Act", undefined)).toMatchObject(expected);
});

test.each([
  ["a circular object", "(() => { const a = { name: 'loop' }; a.a = a; return a; })()", /name: 'loop'/],
  ["an object with a BigInt", "{ a: 10n }", /a: 10n/],
  ["an object without JSON", "{ toJSON: () => undefined }", /toJSON/],
  ["an Error whose message is a number", "Object.assign(new Error(), { message: 5 })", /^5$/],
  ["an Error whose message is an object", "Object.assign(new Error(), { message: { a: 1 } })", /^\{"a":1\}$/],
  [
    "an Error whose message cannot be read",
    "new (class extends Error { get message() { throw 1; } })()",
    /cannot be read/,
  ],
  ["a symbol", "Symbol('odd')", /^Symbol\(odd\)$/],
  ["an object without a prototype", "Object.create(null)", /^\{\}$/],
])("any thrown value becomes text: %s", async (_name, expression, message) => {
  const { runner, logs } = await runnerFor(
    `df.app.activity("Act", { handler: () => { throw ${expression}; } });`,
  );
  expect(await runner.run("activity", "Act", undefined)).toEqual({
    ok: false,
    message: expect.stringMatching(message) as string,
    stack: expect.any(String) as string,
  });
  expect(logs.at(-1)).toMatchObject({ level: "error", functionName: "Act" });
});

test("an activity may throw the text of a failed orchestrator, readable or not", async () => {
  const { runner, logs } = await runnerFor(
    `df.app.activity("Act", { handler: () => { throw new Error("false\\n\\n$OutOfProcData$:{…}"); } });`,
  );
  expect(await runner.run("activity", "Act", undefined)).toMatchObject({ ok: false });
  expect(logs.at(-1)?.message).toContain("Function 'Act' failed: Error: false\n\n$OutOfProcData$:{…}");
});

test("trigger metadata can be read through proxies, heirs and copies of a context, and replaced", async () => {
  const { runner } = await runnerFor(
    `df.app.activity("Act", { handler: (input, context) => {
  const others = [new Proxy(context, {}), Object.create(context), { ...context }, Object.freeze({ ...context })];
  const ids = others.map(({ triggerMetadata }) => triggerMetadata.instanceId);
  const keys = Object.keys(context);
  context.triggerMetadata = "mine";
  return [...ids, context.triggerMetadata, keys.join()]; } });`,
  );
  const call = () => runner.run("activity", "Act", { string: "{}" }, { instanceId: { string: "i1" } });
  const keys =
    "invocationId,functionName,extraInputs,extraOutputs,retryContext,traceContext,triggerMetadata,options";
  // The library makes the first context, and the host all others.
  for (let calls = 0; calls < 2; calls++) {
    const result = await call();
    expect(result.ok ? JSON.parse(result.returnValue?.json ?? "") : result).toEqual([
      ...Array.from({ length: 4 }, () => "i1"),
      "mine",
      keys,
    ]);
  }
});

test("trigger metadata is the host's, overridden by the properties of an object input", async () => {
  const { runner } = await runnerFor(
    `df.app.activity("Act", { handler: (input, context) => context.triggerMetadata });`,
  );
  const metadata = { instanceId: { string: "i1" }, data: { json: '{"Big":{"Inner":1}}' } };
  const seen = async (input: string): Promise<unknown> => {
    const result = await runner.run("activity", "Act", { string: input }, metadata);
    return result.ok ? JSON.parse(result.returnValue?.json ?? "") : result;
  };
  const value = /^activityTrigger[0-9a-f]{10}$/;
  const withoutValue = (seen: unknown): unknown =>
    Object.fromEntries(Object.entries(seen as object).filter(([name]) => !value.test(name)));
  expect(Object.keys((await seen("text")) as object)).toEqual([
    "instanceId",
    expect.stringMatching(value) as string,
    "data",
  ]);
  expect(withoutValue(await seen("text"))).toEqual({ instanceId: "i1", data: { big: { inner: 1 } } });
  const own = await seen('{"instanceId":"mine","List":[1],"none":null,"Obj":{"Key":1}}');
  expect(withoutValue(own)).toEqual({
    instanceId: "mine",
    data: { big: { inner: 1 } },
    obj: { key: 1 },
  });
});

test("hooks may replace inputs, handler, result and error", async () => {
  const { runner } = await runnerFor(
    `app.hook.preInvocation((context) => { context.hookData.was = context.inputs[0]; context.inputs[0] = 2;
  const { functionHandler } = context; context.functionHandler = async (...args) => (await functionHandler(...args)) * 10; });
app.hook.postInvocation((context) => {
  if (context.error) { context.error = undefined; context.result = "saved"; }
  else context.result = [context.hookData.was, context.result]; });
df.app.activity("Double", { handler: (n) => n * 2 });
df.app.activity("Fail", { handler: () => { throw new Error("x"); } });`,
  );
  expect(await runner.run("activity", "Double", { string: "1" })).toEqual({
    ok: true,
    returnValue: { json: "[1,40]" },
  });
  expect(await runner.run("activity", "Fail", undefined)).toEqual({
    ok: true,
    returnValue: { string: "saved" },
  });
});

test("without a result or an error, a post-invocation hook gets null", async () => {
  const { runner } = await runnerFor(
    `globalThis.after = []; app.hook.postInvocation(({ result, error }) => after.push([result, error?.message ?? error]));
df.app.activity("Act", { handler: () => 1 }); df.app.activity("Fail", { handler: () => { throw new Error("x"); } });`,
  );
  await runner.run("activity", "Act", undefined);
  await runner.run("activity", "Fail", undefined);
  expect(Reflect.get(globalThis, "after")).toEqual([
    [1, null],
    [null, "x"],
  ]);
});

test("a throwing pre-invocation hook fails the invocation and skips the post-invocation hooks", async () => {
  const { runner } = await runnerFor(
    `app.hook.preInvocation(() => { throw new Error("closed"); });
app.hook.postInvocation(() => { throw new Error("not reached"); });
df.app.activity("Act", { handler: () => 1 });`,
  );
  expect(await runner.run("activity", "Act", undefined)).toMatchObject({ ok: false, message: "closed" });
});

test("logs contain function and invocation, and log hooks may change them", async () => {
  const { runner, logs } = await runnerFor(
    `app.hook.log((context) => { context.message = context.message.toUpperCase(); context.level = "warning"; });
df.app.activity("Act", { handler: (_, context) => { context.log("a %d", 1, { b: 2 }); context.error("bad"); } });`,
  );
  await runner.run("activity", "Act", undefined);
  expect(logs).toEqual([
    expect.objectContaining({
      level: "warning",
      category: "user",
      functionName: "Act",
      message: "A 1 { B: 2 }",
    }),
    expect.objectContaining({ level: "warning", message: "BAD", time: 42 }),
  ]);
  expect(logs[0]?.invocationId).toMatch(/^[0-9a-f-]{36}$/);
});

test("log hooks get the worker's messages about each call; the host's log does not", async () => {
  const { runner, logs } = await runnerFor(
    `const said = [];
app.hook.log(({ level, category, message }) => { if (category === "system") said.push(level + " " + message); });
app.hook.preInvocation(() => undefined);
df.app.activity("Act", { handler: () => said });`,
  );
  const result = await runner.run("activity", "Act", undefined);
  expect(result.ok && JSON.parse(result.returnValue?.json ?? "")).toEqual([
    expect.stringMatching(
      /^debug Worker received FunctionInvocationRequest with invocationId [0-9a-f-]{36}$/,
    ),
    'debug Executing 1 "preInvocation" hooks',
    'debug Executed "preInvocation" hooks',
  ]);
  expect(logs).toEqual([]);
});

test("the SDK accepts the durable client input and reads its addresses", async () => {
  process.env["WEBSITE_HOSTNAME"] = "127.0.0.1:1";
  const { runner } = await runnerFor(
    `df.app.activity("Act", { extraInputs: [df.input.durableClient()], handler: (_, context) =>
  df.getClient(context).createHttpManagementPayload("i 1") });`,
  );
  const result = await runner.run("activity", "Act", undefined);
  const base = "http://127.0.0.1:1/runtime/webhooks/durabletask/instances/i 1";
  const query = "taskHub=Hub&connection=Storage&code=secret";
  expect(result.ok && JSON.parse(result.returnValue?.json ?? "")).toMatchObject({
    id: "i 1",
    statusQueryGetUri: `${base}?${query}`,
    rewindPostUri: `${base}/rewind?reason={text}&${query}`,
  });
});

test.each([
  "",
  "app.hook.preInvocation(() => {});",
  "app.hook.postInvocation((c) => c.invocationContext.log('hook'));",
])("a late log line is reported, with or without hooks: %s", async (hooks) => {
  const { runner, logs } = await runnerFor(
    `${hooks} df.app.activity("Act", { handler: (_, context) => { setTimeout(() => context.log("late"), 5); } });`,
  );
  await runner.run("activity", "Act", undefined);
  await expect.poll(() => logs.at(-1)?.message).toBe("late");
  const warnings = logs.filter(({ level }) => level === "warning");
  expect(warnings).toHaveLength(1);
  expect(warnings[0]?.message).toContain(
    "Unexpected call to 'log' on the context object after function execution",
  );
});
