import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { check, historyFiles, isBroken, loadAppForReplay } from "durable-replay";
import { expect, inject, test } from "vitest";
import { ORCHESTRATION_PATTERNS } from "../../src/patterns/patterns.ts";
import { HISTORIES } from "./recording.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

test("every recorded instance replays with this code", async () => {
  // The app reads it when it is loaded; nothing connects to storage.
  process.env["AzureWebJobsStorage"] = inject("storage");
  const broken: unknown[] = [];
  for await (const checked of check(historyFiles(HISTORIES), await loadAppForReplay(ROOT))) {
    if (isBroken(checked.verdict)) broken.push(checked);
  }
  expect(broken).toEqual([]);
});

const files = globSync("**/*.json", { cwd: HISTORIES });
const texts = files.map((file) => readFileSync(path.join(HISTORIES, file), "utf8"));

test("every orchestrator has a recorded history", () => {
  const recorded = new Set(texts.map((text) => (JSON.parse(text) as { name: string }).name));
  const names = ORCHESTRATION_PATTERNS.flatMap(({ orchestrators }) => orchestrators.map(({ name }) => name));
  const remedy = "add a scenario to test/replay/scenarios.test.ts, and run npm run replay:record";
  expect(
    names.filter((name) => !recorded.has(name)),
    remedy,
  ).toEqual([]);
});

test("the histories include instances of the older refund version, one of them unfinished", () => {
  const old = texts
    .map((text) => JSON.parse(text) as { name: string; version: string | null; status: string })
    .filter(({ name, version }) => name === "refundApproval" && version === "1.0");
  expect(old.map(({ status }) => status).sort()).toEqual(["Completed", "Running"]);
});

/** What must not be in a recorded history, by its name, with an example. */
const PRIVATE: readonly (readonly [name: string, pattern: RegExp, example: string])[] = [
  ["a signed link", /[?&](?:sig|token|code)=/i, "https://a.example/b?sig=c"],
  ["a storage key", /AccountKey|[\w+/]{86}==/i, "AccountKey=c2VjcmV0"],
  ["a token", /eyJ[\w-]{10}|\bBearer /i, "Bearer abc"],
  ["a password", /\b(?:password|pwd)\b\W{0,3}[=:]/i, "password=secret"],
  ["an address of the run", /\b(?:127\.0\.0\.1|localhost|\[::1\]):(?!7071\b)\d+/, "localhost:41234"],
  [
    "a folder of a machine",
    /(?<![\w./-])\/(?:home|Users|root|tmp|var|private|opt|work|mnt|workspaces?|builds?)\/|\b[A-Z]:\\+\w/,
    "/home/me/app",
  ],
];

test.each(PRIVATE)("no recorded history has %s", (_name, pattern, example) => {
  expect(example).toMatch(pattern);
  expect(files.filter((_file, i) => pattern.test(texts[i] ?? ""))).toEqual([]);
});

test("a folder of a machine is found in the forms of each system", () => {
  const [, folder] = PRIVATE.find(([name]) => name === "a folder of a machine") ?? [];
  for (const text of ["at /Users/me/a.ts", '"/tmp/x/y"', String.raw`C:\Users\me`, String.raw`C:\\Users\\me`])
    expect(text).toMatch(folder ?? /never/);
  expect("https://shop.example/home/1, file:///app/dist/a.js").not.toMatch(folder ?? /./);
});

test("stack traces in recorded histories contain no folder of a machine", () => {
  const files = texts.flatMap((text) => text.match(/file:\/\/\/[^\s)"\\]+/g) ?? []);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !file.startsWith("file:///app/"))).toEqual([]);
});
