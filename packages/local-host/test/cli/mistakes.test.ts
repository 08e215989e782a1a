import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";

/** The output after a mistake of the user: one line that says what to correct, and exit code 1. */

const PROGRAM = path.resolve(import.meta.dirname, "../../bin/durable-local-host.mjs");
const IMPORT = `import { app } from "@azure/functions";\n`;
const HELLO = `${IMPORT}app.http("hello", { handler: () => ({}) });`;

async function refusal(folder: string, ...args: string[]): Promise<string> {
  const child = spawn(process.execPath, [PROGRAM, "--app", folder, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  const [code] = (await once(child, "close")) as [number | null];
  expect({ code, text }).toEqual({ code: 1, text: expect.stringMatching(/^[^\n]+\n$/) });
  return text.trimEnd().replaceAll(folder, "<app>");
}

test("no main", async () => {
  expect(await refusal(appFolder({ "package.json": "{}" }), "--port", "0")).toBe(
    `<app>/package.json has no "main": it must name the app's entry point, for example dist/index.js.`,
  );
});

test("a main that matches nothing", async () => {
  expect(await refusal(appFolder({ "package.json": `{"main":"dist/*.js"}` }), "--port", "0")).toBe(
    `"main" of <app>/package.json is "dist/*.js", but no file matches it. Has the app been built?`,
  );
});

test("an entry point that throws, or cannot be read", async () => {
  const throwing = appFolder({ "app.mjs": `throw new Error("There is no database.\\nNone at all.");` });
  expect(await refusal(throwing, "--port", "0")).toBe(
    `Worker was unable to load entry point "app.mjs": There is no database. None at all.`,
  );
  expect(await refusal(appFolder({ "app.mjs": "const = 1;" }), "--port", "0")).toMatch(
    /^Worker was unable to load entry point "app.mjs": .*Unexpected token.* \(where: node app.mjs\)$/,
  );
  const other = { "app.mjs": `import "./other.cjs";`, "other.cjs": "\nconst = 1;" };
  expect(await refusal(appFolder(other), "--port", "0")).toMatch(/Unexpected token.* \(other.cjs:2\)$/);
});

test.each([
  ["ES modules", `import "@no-such/package/part";`],
  [
    "CommonJS",
    `import { createRequire } from "node:module"; createRequire(import.meta.url)("@no-such/package");`,
  ],
])("a package that is not installed, in %s", async (_kind, text) => {
  expect(await refusal(appFolder({ "app.mjs": text }), "--port", "0")).toBe(
    `Worker was unable to load entry point "app.mjs": ` +
      "Package @no-such/package is missing: npm install @no-such/package in the app's folder.",
  );
});

test("an app start hook that throws", async () => {
  const app = appFolder({
    "app.mjs": `${HELLO}\napp.hook.appStart(() => { throw new Error("no licence"); });`,
  });
  expect(await refusal(app, "--port", "0")).toBe("An appStart hook failed: no licence");
});

test("two functions with the same name", async () => {
  const twice = `${HELLO}\napp.http("hello", { route: "other", handler: () => ({}) });`;
  expect(await refusal(appFolder({ "app.mjs": twice }), "--port", "0")).toBe(
    `Worker was unable to load entry point "app.mjs": A function with id "hello" has already been registered.`,
  );
});

test("a malformed route", async () => {
  const malformed = `${IMPORT}app.http("hello", { route: "{a", handler: () => ({}) });`;
  expect(await refusal(appFolder({ "app.mjs": malformed }), "--port", "0")).toBe(
    `Function "hello": Route "api/{a" has a brace that is never closed.`,
  );
});

test("an app without functions", async () => {
  expect(await refusal(appFolder({ "app.mjs": "export {};" }), "--port", "0")).toBe(
    "The app in <app> registers no functions.",
  );
});

test("an app of the old programming model", async () => {
  const old = { "package.json": "{}", "hello/function.json": "{}", "other/function.json": "{}" };
  expect(await refusal(appFolder(old), "--port", "0")).toMatch(
    /^<app>: hello, other: function.json is the old programming model .*"func start"\.$/,
  );
  const empty = { "app.mjs": "export {};", "hello/function.json": "{}" };
  expect(await refusal(appFolder(empty), "--port", "0")).toMatch(
    /^The app in <app> registers no functions\. hello: function.json is the old/,
  );
});

test("a port that is in use", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  const address = server.address();
  const port = typeof address === "object" && address !== null ? String(address.port) : "";
  expect(await refusal(appFolder({ "app.mjs": HELLO }), "--port", port)).toBe(
    `Port ${port} is in use. Choose another one with --port, or stop the process that uses it.`,
  );
});

test("options that do not exist, lack a value, or cannot be combined", async () => {
  const app = appFolder({ "app.mjs": HELLO });
  expect(await refusal(app, "--prot", "7071")).toMatch(/'--prot'/);
  expect(await refusal(app, "--port")).toMatch(/'--port <value>'/);
  expect(await refusal(app, "stray")).toMatch(/'stray'/);
  expect(await refusal(app, "--paused")).toBe("--paused needs --virtual-time.");
  expect(await refusal(app, "--start-at", "2026-01-01T00:00:00Z")).toBe("--start-at needs --virtual-time.");
  for (const time of ["2026-01-01T00:00:00", "2026-13-01T00:00:00Z"]) {
    expect(await refusal(app, "--virtual-time", "--start-at", time)).toBe(
      `--start-at ${time}: use a time such as 2026-01-01T00:00:00Z.`,
    );
  }
});

test("an invalid store", async () => {
  const app = appFolder({ "app.mjs": HELLO, "notes.txt": "This is no database. ".repeat(100) });
  expect(await refusal(app, "--port", "0", "--store", "redis")).toBe(
    "--store redis: use memory or sqlite:<file>.",
  );
  expect(await refusal(app, "--port", "0", "--store", "sqlite:")).toBe(
    "--store sqlite:: use memory or sqlite:<file>.",
  );
  expect(await refusal(app, "--port", "0", "--store", `sqlite:${path.join(app, "notes.txt")}`)).toMatch(
    /notes\.txt/,
  );
  expect(
    await refusal(app, "--port", "0", "--store", `sqlite:${path.join(app, "notes.txt", "hub.db")}`),
  ).toMatch(/hub\.db/);
});
