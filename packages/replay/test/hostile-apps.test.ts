import { spawnSync } from "node:child_process";
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { historyFileText } from "../src/index.ts";
import type { History } from "../src/index.ts";
import { appFolder, recorded } from "./support/app-versions.ts";

/** Apps, histories and outputs that must not hang the command, crash it, or lead to a wrong exit status. */

const PROGRAM = path.resolve(import.meta.dirname, "../bin/durable-replay.mjs");
const BODY = `yield context.df.callActivity("first", 1); yield context.df.waitForExternalEvent("go");`;

let app: string;
let history: History;
beforeAll(async () => {
  app = appFolder(BODY);
  history = await recorded(BODY);
});

function run(folder: string, ...args: readonly string[]) {
  writeFileSync(path.join(folder, "one.json"), historyFileText(history));
  const { status, stdout, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd: folder,
    encoding: "utf8",
    env: { ...process.env, AzureWebJobsStorage: "" },
  });
  return { status, stdout, stderr: stderr.trim() };
}

describe("an orchestrator", () => {
  test.each(["check", "show"])("that loops without a yield ends %s with its position", (command) => {
    const folder = appFolder("\n  for (let i = 0; ; i++) if (i < 0) yield 1;");
    const { status, stderr } = run(folder, command, "one.json", "--timeout", "1");
    expect(stderr).toMatch(
      /^main one: episode 1 has run for 1 s, at main\.js:2:\d+( \(\w+\))?\. An orchestrator must/,
    );
    expect(stderr).not.toContain("\n");
    expect(status).toBe(2);
  });

  test("that ends the process does not end it with success", () => {
    const { status, stderr } = run(appFolder("process.exit(0);"), "check", "one.json");
    expect(stderr).toBe(
      "The app ended this process, or an orchestrator waits for something that never comes.",
    );
    expect(status).toBe(2);
  });
});

describe("an app", () => {
  test.each([
    ["that ends the process", "process.exit(0);", "The app ended this process"],
    ["that throws an error of several lines", 'throw new Error("A is\\n missing");', ": A is missing"],
    ["that throws nothing", "throw undefined;", 'unable to load entry point "main.js": undefined'],
    ["that does not parse", "const = 1;", "Unexpected token"],
    ["without the orchestrator", "", "The app in "],
  ])("%s when it is loaded is an error of one line", (_case, code, says) => {
    const folder = appFolder("");
    writeFileSync(path.join(folder, "main.js"), code);
    const { status, stderr } = run(folder, "show", "one.json");
    expect(stderr).toContain(says);
    expect(stderr).not.toContain("\n");
    expect(status).toBe(2);
  });

  test("that leaves a rejected promise does not change the verdict", () => {
    const folder = appFolder(BODY);
    appendFileSync(path.join(folder, "main.js"), 'Promise.reject(new Error("away"));');
    const { status, stdout, stderr } = run(folder, "check", "one.json");
    expect(stdout).toContain("all replay as recorded");
    expect(stderr).toBe("Error in the app outside of its functions, ignored: away");
    expect(status).toBe(0);
  });

  test("of ES modules is replayed like one of CommonJS", () => {
    const folder = appFolder("");
    const activity = 'df.app.activity("first", { handler: () => 1 });';
    const orchestration = `df.app.orchestration("main", function* (context) { ${BODY} });`;
    const code = `import * as df from "durable-functions"; ${activity}\n${orchestration}`;
    writeFileSync(path.join(folder, "main.js"), code);
    writeFileSync(path.join(folder, "package.json"), '{"type":"module","main":"main.js"}');
    expect(run(folder, "show", "one.json").stdout).toContain("callActivity first 1   at main.js:2:");
    expect(run(folder, "check", "one.json").status).toBe(0);
  });
});

describe("an output that cannot be written is an error of one line", () => {
  test.each([
    ["a folder that does not exist", ["check", "one.json", "--output", "nowhere/report.txt"]],
    ["a folder instead of a file", ["check", "one.json", "--output", "."]],
    ["a file instead of a folder", ["record", "one.json", "--output", "host.json"]],
    ...(existsSync("/dev/full")
      ? [["a full disk", ["check", "one.json", "--output", "/dev/full"]] as const]
      : []),
  ] as const)("%s", (_case, args) => {
    const { status, stderr } = run(app, ...args);
    expect(stderr).toMatch(/ cannot be written: E[A-Z]+: [^\n]+$/);
    expect(status).toBe(2);
  });
});

test("control characters of an instance id reach neither the terminal nor a file name nor XML", () => {
  const instanceId = "a\u001B[31mred\n\uD800\u0000\u0085b";
  const file = path.join(app, "odd.json");
  writeFileSync(file, historyFileText({ ...history, instanceId, name: "gone" }));
  expect(run(app, "check", file).stdout).toContain("x gone a?[31mred \uFFFD?b, Running\n");
  const xml = run(app, "check", file, "--format", "junit").stdout;
  expect(xml.replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  expect(run(app, "record", file, "--output", "odd").status).toBe(0);
  expect(readdirSync(path.join(app, "odd"))).toEqual(["a%1B%5B31mred%0A%EF%BF%BD%00%C2%85b.json"]);
});

test("--default names the histories only if no other option does", () => {
  mkdirSync(path.join(app, "others"), { recursive: true });
  writeFileSync(path.join(app, "others", "two.json"), historyFileText(history));
  const named = (...args: readonly string[]) =>
    /^Replaying (.*)$/m.exec(run(app, "check", "--default", "others", ...args).stdout)?.[1];
  expect(named()).toBe("1 file in others");
  expect(named("one.json", "others")).toBe("1 file in one.json, 1 file in others");
  expect(run(app, "check", "--default", "others", "--output", "report.txt").status).toBe(0);
  expect(readFileSync(path.join(app, "report.txt"), "utf8")).toContain("1 file in others");
  for (const option of ["--running", "--hub=x"]) {
    expect(run(app, "check", option, "--default", "others").stderr).toContain("No histories given");
  }
});

test("a history that cannot be read is not recorded, and the exit status says so", () => {
  writeFileSync(path.join(app, "cut.json"), '{"instanceId":"x"');
  const { status, stderr, stdout } = run(app, "record", "cut.json", "one.json", "--output", "saved");
  expect(stderr).toContain("cut.json: cut.json: Expected");
  expect(stdout).toContain("Saved 1 histories");
  expect(status).toBe(1);
});
