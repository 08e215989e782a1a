import { rmSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { loadApp } from "../../src/app/load-app.ts";
import { appFolder } from "../support/app-fixture.ts";

const HELLO = `import { app } from "@azure/functions";
app.http("hello", { handler: () => ({ body: "hi" }) });`;

async function refusal(folder: string): Promise<string> {
  const error: unknown = await loadApp(folder).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(Error);
  const { message } = error as Error;
  expect(message).not.toContain("\n");
  return message.replaceAll(folder, "<app>");
}

test("an ES module app is loaded and its functions are in the order of the host", async () => {
  const { functions } = await loadApp(
    appFolder({
      "app.mjs": `${HELLO}
app.http("Apple", { handler: () => ({}) });
app.timer("zebra", { schedule: "0 * * * * *", handler: () => {} });`,
    }),
  );
  expect(functions.map(({ name, triggerType }) => [name, triggerType])).toEqual([
    ["Apple", "httptrigger"],
    ["hello", "httptrigger"],
    ["zebra", "timertrigger"],
  ]);
});

test("a CommonJS app is loaded", async () => {
  const { functions } = await loadApp(
    appFolder({
      "package.json": JSON.stringify({ main: "index.js" }),
      "index.js": `const { app } = require("@azure/functions"); app.http("plain", { handler: () => ({}) });`,
    }),
  );
  expect(functions.map(({ name }) => name)).toEqual(["plain"]);
});

test("main may be a glob over files of either module kind", async () => {
  const register = (name: string, statement: string): string =>
    `${statement}; app.http("${name}", { handler: () => ({}) });`;
  const { functions } = await loadApp(
    appFolder({
      "package.json": JSON.stringify({ type: "module", main: "dist/{functions/*.{js,cjs},late.js}" }),
      "dist/functions/a.js": register("a", `import { app } from "@azure/functions"`),
      "dist/functions/b.cjs": register("b", `const { app } = require("@azure/functions")`),
      "dist/late.js": register("c", `import { app } from "@azure/functions"`),
    }),
  );
  expect(functions.map(({ name }) => name)).toEqual(["a", "b", "c"]);
});

test("an app is loaded once per process", async () => {
  const folder = appFolder({ "app.mjs": `${HELLO} globalThis.loads = (globalThis.loads ?? 0) + 1;` });
  const [first, second] = await Promise.all([loadApp(folder), loadApp(path.join(folder, "."))]);
  expect(second).toBe(first);
  expect((globalThis as { loads?: number }).loads).toBe(1);
});

test("local settings are set in the environment, but existing variables win", async () => {
  process.env["FIXTURE_SET"] = "from outside";
  const folder = appFolder({
    "app.mjs": `${HELLO} globalThis.seen = { set: process.env.FIXTURE_SET, unset: process.env.FIXTURE_UNSET,
      root: process.env.AzureWebJobsScriptRoot, environment: process.env.AZURE_FUNCTIONS_ENVIRONMENT,
      runtime: process.env.FUNCTIONS_WORKER_RUNTIME, hostname: process.env.WEBSITE_HOSTNAME };`,
    "local.settings.json": JSON.stringify({
      Values: { FIXTURE_SET: "from file", FIXTURE_UNSET: "from file", FUNCTIONS_WORKER_RUNTIME: "node" },
    }),
  });
  await loadApp(folder, { hostname: "127.0.0.1:1234" });
  expect((globalThis as { seen?: unknown }).seen).toEqual({
    set: "from outside",
    unset: "from file",
    root: folder,
    environment: "Development",
    runtime: "node",
    hostname: "127.0.0.1:1234",
  });
});

test("two apps in one process have their own settings, and their code sees those of the last one", async () => {
  const files = (queue: string) => ({
    "app.mjs": `${HELLO} globalThis.queue = process.env.FIXTURE_QUEUE;`,
    "local.settings.json": JSON.stringify({
      Values: {
        FIXTURE_QUEUE: queue,
        FIXTURE_HUB: `hub of ${queue}`,
        AzureFunctionsJobHost__extensions__http__routePrefix: queue,
      },
    }),
    "host.json": JSON.stringify({ extensions: { durableTask: { hubName: "%FIXTURE_HUB%" } } }),
  });
  const seen = () => (globalThis as { queue?: string }).queue;
  const first = await loadApp(appFolder(files("first")));
  expect(seen()).toBe("first");
  const second = await loadApp(appFolder(files("second")));
  expect(seen()).toBe("second");
  expect(first.environment.resolve("%FIXTURE_QUEUE%")).toBe("first");
  expect(second.environment.resolve("%FIXTURE_QUEUE%")).toBe("second");
  expect(first.settings).toMatchObject({ routePrefix: "first", hubName: "hub of first" });
  expect(second.settings).toMatchObject({ routePrefix: "second", hubName: "hub of second" });
});

test("host.json gives prefix and hub name, and settings override it", async () => {
  process.env["FixtureHub"] = "HubFromSetting";
  process.env["AzureFunctionsJobHost__extensions__http__ROUTEPREFIX"] = "v1";
  const { settings } = await loadApp(
    appFolder({
      "app.mjs": HELLO,
      "host.json": JSON.stringify({
        version: "2.0",
        extensions: { http: { routePrefix: "api" }, durableTask: { hubName: "%FixtureHub%" } },
      }),
    }),
  );
  delete process.env["AzureFunctionsJobHost__extensions__http__ROUTEPREFIX"];
  expect(settings).toMatchObject({
    routePrefix: "v1",
    hubName: "HubFromSetting",
  });
});

test("host.json and local.settings.json may have comments and trailing commas", async () => {
  const folder = appFolder({
    "app.mjs": `${HELLO} globalThis.url = process.env.FIXTURE_URL;`,
    "host.json": `{ // the version\n "version": "2.0", "extensions": { "http": { "routePrefix": "v2", }, }, /* end */ }`,
    "local.settings.json": `{ "Values": { "FIXTURE_URL": "http://x/*y*/,]", }, }`,
  });
  const { settings } = await loadApp(folder);
  expect(settings.routePrefix).toBe("v2");
  expect((globalThis as { url?: string }).url).toBe("http://x/*y*/,]");
});

test("hooks run at start and at the end, once", async () => {
  const folder = appFolder({
    "app.mjs": `${HELLO}
const calls = globalThis.hookCalls = [];
app.hook.appStart(async (context) => { context.hookData.mark = 1; calls.push("start"); });
app.hook.appTerminate((context) => { calls.push("end " + context.hookData.mark); });`,
  });
  const app = await loadApp(folder);
  await app.terminate();
  await app.terminate();
  expect((globalThis as { hookCalls?: unknown }).hookCalls).toEqual(["start", "end 1"]);
});

test("each mistake is reported in one line that says what to correct", async () => {
  const gone = appFolder({ "app.mjs": HELLO });
  rmSync(gone, { recursive: true });
  expect(await refusal(gone)).toBe("There is no app folder <app>.");

  const unnamed = appFolder({ "app.mjs": HELLO });
  rmSync(path.join(unnamed, "package.json"));
  expect(await refusal(unnamed)).toBe(
    "<app>/package.json is missing: the app needs one that names its entry point.",
  );
  expect(await refusal(appFolder({ "package.json": "{}" }))).toBe(
    `<app>/package.json has no "main": it must name the app's entry point, for example dist/index.js.`,
  );
  expect(await refusal(appFolder({ "package.json": `{"main":"dist/*.js"}` }))).toBe(
    `"main" of <app>/package.json is "dist/*.js", but no file matches it. Has the app been built?`,
  );
  expect(await refusal(appFolder({ "app.mjs": HELLO, "host.json": "{" }))).toMatch(
    /^<app>\/host.json is not valid JSON: /,
  );
  expect(await refusal(appFolder({ "app.mjs": HELLO, "local.settings.json": `{"IsEncrypted":true}` }))).toBe(
    `<app>/local.settings.json is encrypted; decrypt it with "func settings decrypt".`,
  );
  expect(await refusal(appFolder({ "app.mjs": `throw new Error("no database");` }))).toBe(
    `Worker was unable to load entry point "app.mjs": no database`,
  );
  expect(await refusal(appFolder({ "app.mjs": HELLO + HELLO.split("\n")[1] }))).toBe(
    `Worker was unable to load entry point "app.mjs": A function with id "hello" has already been registered.`,
  );
});

test("a function cannot be registered when the app has started", async () => {
  const folder = appFolder({
    "app.mjs": `${HELLO} globalThis.registerLate = () => app.http("late", { handler: () => ({}) });`,
  });
  await loadApp(folder);
  expect((globalThis as { registerLate?: () => void }).registerLate).toThrow(
    "A function can only be registered during app startup.",
  );
});

test("an app that calls app.setup after another app has started gets an error with the reason", async () => {
  await loadApp(appFolder({ "app.mjs": HELLO }));
  const late = appFolder({ "app.mjs": `${HELLO} app.setup({ enableHttpStream: true });` });
  expect(await refusal(late)).toBe(
    `Worker was unable to load entry point "app.mjs": Setup options can't be changed after app startup has finished. ` +
      "If a process loads several apps, only the first may call app.setup: load this one first, or in its own process.",
  );
});

test("unsupported requests of an app are reported", async () => {
  const told = async (files: Readonly<Record<string, string>>) =>
    (await loadApp(appFolder({ "app.mjs": HELLO, ...files }))).warnings;
  const provider = (type: string) =>
    JSON.stringify({ version: "2.0", extensions: { durableTask: { storageProvider: { type } } } });
  expect(await told({ "host.json": provider("AzureStorage") })).toEqual([]);
  expect(await told({ "host.json": provider("mssql") })).toEqual([
    expect.stringContaining('the storage provider "mssql" is not used'),
  ]);
  expect(await told({ "old/function.json": "{}" })).toEqual([
    expect.stringContaining("old: function.json is the old programming model"),
  ]);
});
