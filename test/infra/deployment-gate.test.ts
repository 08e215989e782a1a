import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TableClient } from "@azure/data-tables";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

/** What the deployment asks, on a task hub in the emulator that holds one instance, which waits for its first step. */
const storage = inject("storage");
const hub = `Gate${process.pid}`;
const folders: string[] = [];
const table = (name: string) =>
  TableClient.fromConnectionString(storage, `${hub}${name}`, { allowInsecureConnection: true });

beforeAll(async () => {
  const execution = { InstanceId: "order-17", ExecutionId: "e1" };
  const at = { _Timestamp: "2026-01-05T10:00:00.0000000Z", ExecutionId: "e1" };
  const rows: object[] = [
    { EventType: "OrchestratorStarted", EventId: -1 },
    {
      EventType: "ExecutionStarted",
      EventId: -1,
      Name: "order",
      Input: "null",
      OrchestrationInstance: JSON.stringify(execution),
    },
    { EventType: "TaskScheduled", EventId: 0, Name: "bookShipment" },
    { EventType: "OrchestratorCompleted", EventId: -1 },
  ];
  for (const name of ["Instances", "History"]) await table(name).createTable();
  for (const [i, row] of rows.entries()) {
    await table("History").createEntity({ partitionKey: "order-17", rowKey: `${i}`, ...at, ...row });
  }
  await table("Instances").createEntity({
    partitionKey: "order-17",
    rowKey: "",
    ExecutionId: "e1",
    Name: "order",
    RuntimeStatus: "Running",
  });
});

afterAll(async () => {
  for (const name of ["Instances", "History"]) await table(name).deleteTable();
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
});

/** A built app whose orchestrator begins with the step. */
function appWith(step: string, hubName = hub): string {
  const folder = mkdtempSync(join(tmpdir(), "gate-app-"));
  folders.push(folder);
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"), "junction");
  const files = {
    "host.json": JSON.stringify({ version: "2.0", extensions: { durableTask: { hubName } } }),
    "package.json": JSON.stringify({ main: "main.js" }),
    "main.js": `const df = require("durable-functions");
df.app.activity("${step}", { handler: () => null });
df.app.orchestration("order", function* (context) { yield context.df.callActivity("${step}"); });`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
  return folder;
}

function ask(app: string, args: readonly string[] = [], env: NodeJS.ProcessEnv = {}) {
  const summary = join(app, "summary.md");
  writeFileSync(summary, "");
  const command = [join(ROOT, "tools/deployment-gate.ts"), "--app", app, ...args];
  const { status, stdout, stderr } = spawnSync(process.execPath, command, {
    encoding: "utf8",
    env: { ...process.env, AzureWebJobsStorage: storage, GITHUB_STEP_SUMMARY: summary, ...env },
  });
  return { status, output: stdout + stderr, summary: readFileSync(summary, "utf8") };
}

test("says yes if the unfinished instances go on", () => {
  const { status, output, summary } = ask(appWith("bookShipment"));
  expect(output).toContain("1 history, 1 episode: all replay as recorded.");
  expect(summary).toContain("The replay gate says yes");
  expect(status).toBe(0);
});

test("says no if one would not, unless the deployment is to go on", () => {
  const app = appWith("checkAddress");
  const { status, output, summary } = ask(app);
  expect(output).toMatch(/recorded {2}activity bookShipment .*\n +now {7}activity checkAddress/);
  expect(summary).toContain("The replay gate says no");
  expect(status).toBe(1);
  const forced = ask(app, ["--go-on"]);
  expect(forced.summary).toMatch(/says no[^]*goes on, as requested/);
  expect(forced.status).toBe(0);
});

test("says yes to a first deployment, which has no task hub yet", () => {
  const { status, output, summary } = ask(appWith("bookShipment", `${hub}Not`));
  expect(output).toContain("There is no such task hub yet, so no instance runs.");
  expect(summary).toContain("The replay gate says yes");
  expect(status).toBe(0);
});

test("answers with 2 and the missing roles if it may not read", () => {
  const wrong = storage.replace(/AccountKey=[^;]+/, `AccountKey=${Buffer.from("wrong").toString("base64")}`);
  const { status, output, summary } = ask(appWith("bookShipment"), [], { AzureWebJobsStorage: wrong });
  expect(output).toContain("Storage Table Data Reader and Storage Blob Data Reader");
  expect(summary).toContain("The replay gate could not be asked");
  expect(status).toBe(2);
});

test("is not asked about a scheduler, whose histories are not in storage", () => {
  const { status, summary } = ask(appWith("checkAddress"), [], { DURABLE_BACKEND: "durableTaskScheduler" });
  expect(summary).toContain("The replay gate is not asked");
  expect(status).toBe(0);
});
