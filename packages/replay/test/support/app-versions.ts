import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { createTestHost, type TestHost } from "durable-local-host/testing";
import { afterAll } from "vitest";
import { type CheckedInstance, Gate, type History, historyOf, loadAppForReplay } from "../../src/index.ts";

const REPOSITORY = path.resolve(import.meta.dirname, "../../../..");

/** The functions of each app in addition to the orchestrator under test. */
const AROUND = `
const df = require("durable-functions");
const { randomUUID } = require("node:crypto");
for (const name of ["first", "second", "third"]) df.app.activity(name, { handler: (input) => input ?? null });
df.app.activity("fails", { handler: () => { throw new Error("no"); } });
df.app.orchestration("child", function* (context) {
  return yield context.df.callActivity("first", context.df.getInput());
});
df.app.entity("counter", (context) => {
  context.df.setState((context.df.getState(() => 0)) + 1);
  context.df.return(context.df.getState(() => 0));
});
`;

const folders: string[] = [];
afterAll(() => {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** Creates an app's folder with one orchestrator, `main`, with the given body. Its first line is line 1 of main.js. */
export function appFolder(body: string, host: object = {}): string {
  const folder = mkdtempSync(path.join(tmpdir(), "replay-app-"));
  folders.push(folder);
  symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(folder, "node_modules"), "junction");
  const files = {
    "host.json": JSON.stringify({
      version: "2.0",
      extensions: { durableTask: { hubName: "Replay", storeInputsInOrchestrationHistory: true, ...host } },
    }),
    "package.json": JSON.stringify({ main: "{around,main}.js" }),
    "around.js": AROUND,
    "main.js": `module.exports = require("durable-functions").app.orchestration("main", function* (context) {${body}});`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  return folder;
}

/** Runs an instance of `main` until nothing more is due, and records its history. */
export async function recorded(
  body: string,
  drive: (host: TestHost, id: string) => Promise<unknown> = async () => undefined,
  input: unknown = { item: 1 },
): Promise<History> {
  await using host = await createTestHost({ app: appFolder(body), settings: { strict: false } });
  const { id } = await host.start("main", input, { instanceId: "one" });
  await host.settle();
  await drive(host, id);
  await host.settle();
  return await historyOf(host.hub, id);
}

/** The gate's verdict on a history, replayed with another body of `main`. */
export async function judged(history: History, body: string, host?: object): Promise<CheckedInstance> {
  return new Gate(await loadAppForReplay(appFolder(body, host))).judge(history);
}
