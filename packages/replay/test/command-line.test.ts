import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { Worker } from "node:worker_threads";
import { createLocalHost, SqliteStore } from "durable-local-host";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import {
  check,
  historyFiles,
  historyFileText,
  loadAppForReplay,
  localStore,
  SourceError,
} from "../src/index.ts";
import type { CheckedInstance, History } from "../src/index.ts";
import { appFolder, recorded } from "./support/app-versions.ts";

const PROGRAM = path.resolve(import.meta.dirname, "../bin/durable-replay.mjs");
const OLD = `yield context.df.callActivity("first", "<&>"); yield context.df.waitForExternalEvent("go");`;
const NEW = `yield context.df.callActivity("second", 1); yield context.df.waitForExternalEvent("go");`;

let app: string;
let changed: string;
let history: History;

beforeAll(async () => {
  [app, changed] = [appFolder(OLD), appFolder(NEW)];
  history = await recorded(OLD);
  for (const folder of [app, changed]) {
    mkdirSync(path.join(folder, "histories"));
    writeFileSync(path.join(folder, "histories", "one.json"), historyFileText(history));
    // The same history and an ended one, one per line.
    const ended = { ...history, instanceId: "two", status: "Completed" };
    const lines = [history, ended].map((one) => JSON.stringify(one)).join("\n");
    writeFileSync(path.join(folder, "histories", "more.ndjson"), `${lines}\n\n`);
  }
});

/** The output and exit status of a run. */
function run(folder: string, ...args: readonly string[]) {
  const env = { ...process.env, AzureWebJobsStorage: "" };
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    encoding: "utf8",
    env,
  });
  return { status, stdout, stderr: stderr.trim() };
}

describe("check", () => {
  test("exits with 0 and shows counts if all instances replay as recorded", () => {
    const { status, stdout } = run(app, "check", "histories");
    expect(stdout).toMatch(/^main +3 +0 +0$/m);
    expect(stdout).toContain("3 histories, 6 episodes: all replay as recorded.");
    expect(status).toBe(0);
  });

  test("exits with 1 and shows recorded and replayed calls if an instance differs", () => {
    const { status, stdout } = run(changed, "check", "histories/one.json");
    expect(stdout).toContain('recorded  activity first  #0  input "<&>"');
    expect(stdout).toContain("now       activity second  #0  input 1");
    expect(stdout).toContain("at        main.js:1:");
    expect(status).toBe(1);
  });

  test("does not say that all are the same if one was not compared", () => {
    const file = path.join(app, "newer.json");
    writeFileSync(file, historyFileText({ ...history, version: "9.0" }));
    const { status, stdout } = run(app, "check", file);
    expect(stdout).toContain("no difference, but 1 not compared to the end");
    expect(stdout).not.toContain("all replay");
    expect(status).toBe(0);
  });

  test("filters by status and by instance id", () => {
    expect(run(app, "check", "histories/more.ndjson", "--running").stdout).toContain("1 history,");
    expect(run(app, "check", "histories/more.ndjson", "--instance", "two").stdout).toContain("1 history,");
    expect(run(changed, "check", "histories/more.ndjson", "--instance", "two").status).toBe(1);
  });

  test("writes JSON", () => {
    const { stdout } = run(changed, "check", "histories/more.ndjson", "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      histories: 2,
      broken: 2,
      orchestrators: [{ name: "main", version: "", same: 0, differ: 2, other: 0 }],
      instances: [{ instanceId: "one", broken: true, verdict: { kind: "different" } }, { instanceId: "two" }],
    });
  });

  test("writes JUnit to a file, and escapes characters for XML", () => {
    const file = path.join(changed, "report.xml");
    expect(run(changed, "check", "histories/one.json", "--format", "junit", "--output", file).status).toBe(1);
    const xml = readFileSync(file, "utf8");
    expect(xml).toMatch(
      /^<\?xml .*\n<testsuites>\n<testsuite name="durable-replay">\n<testcase classname="main" name="one">/,
    );
    expect(xml).toContain("&lt;&amp;&gt;");
    expect(xml.trimEnd().endsWith("</testsuite>\n</testsuites>")).toBe(true);
  });
});

test("show prints each episode with the positions of its calls", () => {
  const { stdout, status } = run(app, "show", "histories/one.json");
  expect(stdout).toContain('calls     callActivity first "<&>"   at main.js:1:');
  expect(stdout).toContain("waits for waitForExternalEvent go   at main.js:1:");
  expect(status).toBe(0);
});

describe("a local host's task hub", () => {
  test("is read and recorded to files while the host runs, and the files are checked", async () => {
    const file = path.join(app, "task-hub.db");
    const store = new SqliteStore(file);
    onTestFinished(() => store.close());
    const host = await createLocalHost({ app, port: 0, store });
    onTestFinished(() => host.stop());
    await host.start();
    await host.hub.start({ name: "main", input: null, instanceId: "a/b*c" });
    await host.idle();
    expect(() => new SqliteStore(file)).toThrow(/in use/);
    const folder = path.join(app, "recorded");
    expect(run(app, "record", "--store", file, "--output", folder).stdout).toContain("1 histories");
    expect(readdirSync(folder)).toEqual(["a%2Fb%2Ac.json"]);
    const verdicts = async (source: Parameters<typeof check>[0]) => {
      const found: CheckedInstance[] = [];
      for await (const instance of check(source, await loadAppForReplay(app))) found.push(instance);
      return found.map(({ instanceId, verdict }) => [instanceId, verdict.kind]);
    };
    expect(await verdicts(localStore(file))).toEqual([["a/b*c", "same"]]);
    expect(await verdicts(historyFiles(folder))).toEqual([["a/b*c", "same"]]);
  });

  test("contains instances that have not started, whose orchestrators the app must have", async () => {
    const file = path.join(app, "pending.db");
    const store = new SqliteStore(file);
    const host = await createLocalHost({ app, port: 0, store });
    await host.hub.start({ name: "main", input: null, instanceId: "started" });
    await host.idle();
    const started = store.instance("started");
    await host.stop();
    for (const [i, name] of ["main", "child"].entries()) {
      const pending = { name, instanceId: `${name}-1`, key: 1000 + i, runtimeStatus: "Pending" } as const;
      if (started !== undefined) store.putInstance({ ...started, ...pending });
    }
    store.commit();
    store.close();
    const both = run(app, "check", "--store", file, "--running");
    expect(both.stdout).toContain("all replay as recorded. 2 instances have not started.");
    expect(both.status).toBe(0);
    const without = appFolder(OLD);
    const around = path.join(without, "around.js");
    writeFileSync(around, readFileSync(around, "utf8").replace('"child"', '"other"'));
    const one = run(without, "check", "--store", file, "--running");
    expect(one.stdout).toContain(
      "x child child-1, Pending\n    the app has no orchestrator with this name\n",
    );
    expect(one.stdout).toMatch(/^child +0 +1 +0\nmain +1 +0 +1$/m);
    expect(one.status).toBe(1);
    const pending = run(app, "check", "--store", file, "--instance", "main-1");
    expect(pending.stdout).toContain("There are no histories. 1 instance has not started.");
    expect(pending.status).toBe(0);
    const { stdout } = run(without, "check", "--store", file, "--format", "json");
    expect(JSON.parse(stdout)).toMatchObject({
      notStarted: 1,
      broken: 1,
      instances: [{ instanceId: "child-1", verdict: { kind: "unknown" } }],
    });
  });

  test("is read while a busy host writes, and nothing of the copy remains", { timeout: 60_000 }, async () => {
    const file = path.join(app, "busy.db");
    // In a thread of its own, because the copy is made in one go.
    const code = `
      const { createLocalHost, SqliteStore } = require("durable-local-host");
      const { parentPort, workerData: { app, file } } = require("node:worker_threads");
      (async () => {
        const host = await createLocalHost({ app, port: 0, store: new SqliteStore(file) });
        await host.start();
        for (let i = 0; ; i++) {
          await host.hub.start({ name: "main", input: null, instanceId: "busy-" + i });
          if (i === 20) parentPort.postMessage("busy");
        }
      })();`;
    const writer = new Worker(code, { eval: true, workerData: { app, file } });
    onTestFinished(async () => void (await writer.terminate()));
    await once(writer, "message");
    const temporary = () => readdirSync(tmpdir()).filter((name) => name.startsWith("durable-replay-"));
    const before = temporary();
    for (let i = 0; i < 5; i++) {
      const histories = localStore(file).histories({})[Symbol.asyncIterator]();
      expect((await histories.next()).value).toMatchObject({ name: "main" });
      // Windows does not delete open files.
      expect(process.platform === "win32" ? before : temporary()).toEqual(before);
      await histories.return?.();
    }
    expect(temporary()).toEqual(before);
  });

  test("that is invalid gives a one-line error", () => {
    const file = path.join(app, "host.json");
    expect(run(app, "check", "--store", file)).toMatchObject({
      status: 2,
      stderr: `${file} is not a task hub file.`,
    });
  });
});

describe("errors are one line with a remedy, and exit with 2", () => {
  test.each([
    ["no command", [], "No command: use check, show, debug, record; see --help."],
    ["an unknown command", ["ceck"], "Unknown command ceck: use check, show, debug, record; see --help."],
    ["an unknown format", ["check", "--format", "yaml"], "--format yaml: use text, json, junit."],
    [
      "no histories",
      ["check"],
      "No histories given. Name files, use --store or --account, or set the environment variable AzureWebJobsStorage to a connection string.",
    ],
    ["a missing file", ["check", "nowhere.json"], "There is no file or folder nowhere.json."],
    ["a missing store", ["check", "--store", "nowhere.db"], "There is no task hub file nowhere.db."],
    ["a folder as the store", ["check", "--store", "."], "There is no task hub file .."],
    ["files and a store", ["check", "histories", "--store", "x"], "Give files or --store, not both."],
    [
      "several histories to show",
      ["show", "histories"],
      "There are several histories in 2 files in histories: select one with --instance <id>.",
    ],
    [
      "a missing history",
      ["show", "histories", "--instance", "x"],
      "There is no history of instance x in 2 files in histories.",
    ],
    [
      "a missing history to check",
      ["check", "histories", "--instance", "x"],
      "There is no history of instance x in 2 files in histories.",
    ],
    [
      "an ended instance among the running ones",
      ["check", "histories/more.ndjson", "--instance", "two", "--running"],
      "There is no history of instance two that has not ended in 1 file in histories/more.ndjson.",
    ],
    [
      "a missing history to record",
      ["record", "histories", "--instance", "x", "--output", "none"],
      "There is no history of instance x in 2 files in histories.",
    ],
    [
      "an invalid port",
      ["debug", "histories/one.json", "--port", "abc"],
      "--port abc: use a number from 0 to 65535.",
    ],
    ["recording without --output", ["record", "histories"], "record needs --output <folder>."],
    ["no app", ["check", "histories", "--app", "nowhere"], "There is no app folder"],
  ])("%s", (_case, args, says) => {
    const { status, stderr } = run(app, ...args);
    expect(stderr).toContain(says);
    expect(stderr.split("\n")).toHaveLength(1);
    expect(status).toBe(2);
  });

  test("--help prints the usage", () => {
    expect(run(app, "--help")).toMatchObject({ status: 0, stderr: "" });
  });
});

test("an invalid history file is an error that names the file and the field", () => {
  writeFileSync(path.join(app, "broken.ndjson"), '{"instanceId":"x","name":"main"}\nno json\n');
  const { status, stdout } = run(app, "check", "broken.ndjson");
  expect(stdout).toContain("broken.ndjson: executionId is missing.");
  expect(stdout).toContain("broken.ndjson: Unexpected token");
  expect(status).toBe(1);
});

test("a folder without histories is an error, not a success", () => {
  mkdirSync(path.join(app, "empty"));
  expect(() => historyFiles(path.join(app, "empty"))).toThrow(SourceError);
});

test.each([
  [["check", "--bogus"], "Unknown option '--bogus': see --help."],
  [["check"], /host\.json cannot be read: name the app's folder with --app, or the histories\.$/],
])("%j in a folder without an app is an error of one line that says what to do", (args, says) => {
  const folder = mkdtempSync(path.join(tmpdir(), "no-app-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const { status, stderr } = run(folder, ...args);
  expect(stderr).toEqual(expect.stringMatching(says));
  expect(stderr).not.toContain("\n");
  expect(status).toBe(2);
});
