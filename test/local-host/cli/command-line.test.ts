import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";

const MAIN = path.resolve(import.meta.dirname, "../../../local-host/main.ts");
const APP = `import { app } from "@azure/functions"; import * as df from "durable-functions";
app.http("hello", { route: "hello/{name?}", methods: ["GET"], handler: (request, context) => {
  context.log("one\\ntwo"); context.debug("quiet"); return { body: "hi" }; } });
app.http("slow", { handler: async () => { await new Promise((resolve) => setTimeout(resolve, 400)); return { body: "done" }; } });
app.http("stuck", { handler: () => new Promise(() => {}) });
app.hook.appTerminate(() => console.log("terminated"));
df.app.orchestration("Flow", function* () {});`;

interface Run {
  readonly process: ChildProcess;
  readonly output: () => string;
  readonly exit: Promise<number | null>;
}

function run(...args: string[]): Run {
  const child = spawn(process.execPath, ["--disable-warning=ExperimentalWarning", MAIN, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  let text = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (text += String(chunk)));
  const exit = once(child, "close").then(([code]) => code as number | null);
  return { process: child, output: () => text, exit };
}

async function serving(...args: string[]): Promise<Run & { readonly url: string }> {
  const running = run("--app", appFolder({ "app.mjs": APP }), "--port", "0", ...args);
  await expect.poll(running.output, { timeout: 10_000 }).toContain("Ctrl-C stops.");
  return { ...running, url: /on (http:\S+)\. /.exec(running.output())?.[1] ?? "" };
}

test("it lists what it serves, logs a line per message, and stops on the first Ctrl-C", async () => {
  const { process: child, output, exit, url } = await serving();
  expect(output()).toContain(`\thello: [GET] ${url}/api/hello/{name?}\n`);
  expect(output()).toContain("\tFlow: orchestrationTrigger\n");
  await fetch(`${url}/api/hello`);
  await expect.poll(output).toMatch(/\d{4}-\d\d-\d\dT[\d:.]+Z info {2}\[hello\] one\n {4}two\n/);
  expect(output()).not.toContain("quiet");
  const slow = fetch(`${url}/api/slow`);
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill("SIGINT");
  expect(await (await slow).text()).toBe("done");
  expect(await exit).toBe(0);
  expect(output()).toContain("terminated");
});

test("the second Ctrl-C does not wait", async () => {
  const { process: child, exit, url } = await serving("--verbose");
  const stuck = fetch(`${url}/api/stuck`);
  stuck.catch(() => undefined);
  await new Promise((resolve) => setTimeout(resolve, 100));
  child.kill("SIGINT");
  await new Promise((resolve) => setTimeout(resolve, 100));
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

test("help and mistakes are plain", async () => {
  const help = run("--help");
  expect(await help.exit).toBe(0);
  expect(help.output()).toContain("--app <folder>");
  for (const [args, message] of [
    [["--port", "many"], "--port many: a number from 0 to 65535 is needed.\n"],
    [["--store", "paper"], "--store paper: use memory or sqlite:<file>.\n"],
    [["--app", "/no/such/folder"], "There is no app folder /no/such/folder.\n"],
  ] as const) {
    const refused = run(...args);
    expect(await refused.exit).toBe(1);
    expect(refused.output()).toBe(message);
  }
});
