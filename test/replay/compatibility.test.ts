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
  expect(names.filter((name) => !recorded.has(name))).toEqual([]);
});

test("the histories include instances of the older refund version, one of them unfinished", () => {
  const old = texts
    .map((text) => JSON.parse(text) as { name: string; version: string | null; status: string })
    .filter(({ name, version }) => name === "refundApproval" && version === "1.0");
  expect(old.map(({ status }) => status).sort()).toEqual(["Completed", "Running"]);
});

test("no recorded history has a signed link, a key or a connection string", () => {
  const SECRET = /[?&](?:sig|token|code)=|AccountKey|eyJ[\w-]{10}|[\w+/]{86}==/i;
  expect(files.filter((_file, i) => SECRET.test(texts[i] ?? ""))).toEqual([]);
});

test("no recorded history has an address of the run that recorded it", () => {
  expect(texts.flatMap((text) => text.match(/127\.0\.0\.1:(?!7071\b)\d+/g) ?? [])).toEqual([]);
});

test("stack traces in recorded histories contain no folder of a machine", () => {
  const files = texts.flatMap((text) => text.match(/file:\/\/\/[^\s)"\\]+/g) ?? []);
  expect(files.length).toBeGreaterThan(0);
  expect(files.filter((file) => !file.startsWith("file:///app/"))).toEqual([]);
});
