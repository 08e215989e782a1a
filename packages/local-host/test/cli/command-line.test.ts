import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { freePort } from "../../../../tools/free-port.ts";
import { appFolder } from "../support/app-fixture.ts";

const ROOT = path.resolve(import.meta.dirname, "../../../..");
const PROGRAM = path.join(ROOT, "packages/local-host/bin/durable-local-host.mjs");
const APP = `import { app } from "@azure/functions"; import * as df from "durable-functions";
app.http("hello", { route: "hello/{name?}", methods: ["GET"], handler: (request, context) => {
  context.log("one\\ntwo"); context.debug("quiet"); return { body: "hi" }; } });
app.http("slow", { handler: async () => { await new Promise((resolve) => setTimeout(resolve, 400)); return { body: "done" }; } });
app.http("folder", { handler: () => ({ body: process.cwd() }) });
app.http("stuck", { handler: () => new Promise(() => {}) });
app.hook.appTerminate(() => console.log("terminated"));
df.app.orchestration("Flow", function* () {});`;

interface Run {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

function run(...args: string[]): Run {
  return runIn(ROOT, process.execPath, ["--disable-warning=ExperimentalWarning", PROGRAM, ...args]);
}

function runIn(cwd: string, program: string, args: readonly string[]): Run {
  const { INIT_CWD: _, ...env } = process.env;
  const child = spawn(program, args, { cwd, env, stdio: ["ignore", "pipe", "pipe"] });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  const exit = once(child, "close").then(([code]) => code as number | null);
  return { process: child, output: () => text, exit };
}

/** On Windows there are no signals: kill() ends a process immediately. Ctrl-C in a terminal works. */
const isWindows = process.platform === "win32";

type Serving = Run & { readonly url: string };

function serving(...args: string[]): Promise<Serving> {
  return started("--app", appFolder({ "app.mjs": APP }), "--port", "0", ...args);
}

async function started(...args: string[]): Promise<Serving> {
  const running = run(...args);
  await expect.poll(running.output, { timeout: 10_000 }).toContain("Ctrl-C stops.");
  return { ...running, url: /on (http:\S+)\. /.exec(running.output())?.[1] ?? "" };
}

test.skipIf(isWindows)(
  "it lists the functions, logs one line per message, and stops at the first Ctrl-C",
  async () => {
    const { process: child, output, exit, url } = await serving();
    expect(output()).toContain(`\n  hello: [GET] ${url}/api/hello/{name?}\n`);
    expect(output()).toContain("\n  orchestrationTrigger: Flow\n");
    await fetch(`${url}/api/hello`);
    await expect.poll(output).toMatch(/\d{4}-\d\d-\d\dT[\d:.]+Z info {2}\[hello\] one\n {4}two\n/);
    expect(output()).not.toContain("quiet");
    const slow = fetch(`${url}/api/slow`);
    await new Promise((resolve) => setTimeout(resolve, 100));
    child.kill("SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 100));
    // As npm passes it on, and as a parent that ends, too.
    for (const signal of ["SIGINT", "SIGTERM", "SIGTERM"] as const) child.kill(signal);
    expect(await (await slow).text()).toBe("done");
    expect(await exit).toBe(0);
    expect(output()).toContain("terminated");
  },
);

test("the app runs in its own folder, as in the worker", async () => {
  const folder = appFolder({ "app.mjs": APP });
  const { url } = await started("--app", folder, "--port", "0");
  expect(await (await fetch(`${url}/api/folder`)).text()).toBe(folder);
});

test.skipIf(isWindows)("a later Ctrl-C does not wait", async () => {
  const { process: child, exit, url } = await serving("--verbose");
  const stuck = fetch(`${url}/api/stuck`);
  stuck.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill("SIGINT");
  // Within a second it is the same one.
  await new Promise((resolve) => setTimeout(resolve, 1100));
  const signalled = performance.now();
  child.kill("SIGINT");
  expect(await exit).toBe(130);
  expect(performance.now() - signalled).toBeLessThan(1000);
  await expect(stuck).rejects.toThrow("fetch failed");
});

test("--verbose shows debug messages", async () => {
  const { output, url } = await serving("--verbose");
  await fetch(`${url}/api/hello`);
  await expect.poll(output).toContain("[hello] quiet");
});

test("help and errors are plain text", async () => {
  const help = run("--help");
  expect(await help.exit).toBe(0);
  expect(help.output()).toContain("--app <folder>");
  for (const [args, message] of [
    [["--port", "many"], "--port many: use a number from 0 to 65535.\n"],
    [["--store", "paper"], "--store paper: use memory or sqlite:<file>.\n"],
    [["--app", "/no/such/folder"], `There is no app folder ${path.resolve("/no/such/folder")}.\n`],
  ] as const) {
    const refused = run(...args);
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toBe(message);
  }
});

test("the port of local.settings.json is used, unless another one is given", async () => {
  const port = await freePort();
  const files = { "app.mjs": APP, "local.settings.json": JSON.stringify({ Host: { LocalHttpPort: port } }) };
  const own = await started("--app", appFolder(files));
  expect(own.url).toBe(`http://127.0.0.1:${port}`);
  const other = await started("--app", appFolder(files), "--port", "0");
  expect(other.url).not.toBe(own.url);
});

test.skipIf(isWindows)(
  "npm runs it in the user's folder: paths of app and store are relative to it",
  async () => {
    const folder = appFolder({ "app.mjs": APP });
    for (const args of [[], ["--app", "."], ["--app", `../${path.basename(folder)}`]]) {
      const npm = ["--prefix", ROOT, "run", "local-host", "--", "--port", "0", "--store", "sqlite:hub.db"];
      const running = runIn(folder, "npm", [...npm, ...args]);
      await expect.poll(running.output, { timeout: 10_000 }).toContain(`Serving ${folder} on `);
      expect(existsSync(path.join(folder, "hub.db"))).toBe(true);
      running.process.kill("SIGTERM");
      await running.exit;
    }
  },
);
