import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { promisify } from "node:util";
import { type CheckedInstance, instanceText, type Verdict } from "durable-replay";
import { afterAll, describe, expect, test } from "vitest";
import { bin, LOCAL, ROOT } from "../../tools/run.ts";
import { changed, pathOf, type SourceChange } from "../support/source-change.ts";
import { BREAKING, HARMLESS } from "./changes.ts";

/** The gate's result on the recorded histories after a change of an orchestrator. */

const HISTORIES = path.join(import.meta.dirname, "histories");
const folder = mkdtempSync(path.join(LOCAL, "changes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the TypeScript sources directly with Node, so that no build is needed for a change. */
function appWith(change: SourceChange, copy: number): string {
  const app = path.join(folder, String(copy));
  for (const part of ["src", "host.json"])
    cpSync(path.join(ROOT, part), path.join(app, part), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(app, "node_modules"), "junction");
  writeFileSync(path.join(app, "package.json"), JSON.stringify({ type: "module", main: "src/index.ts" }));
  writeFileSync(path.join(app, pathOf(change)), changed(change));
  return app;
}

interface Report {
  readonly instances: readonly (CheckedInstance & { readonly broken: boolean })[];
}

/** In a separate process, because the app calls `app.setup`, which works once per process. */
async function findings(change: SourceChange, copy: number): Promise<Report["instances"]> {
  const app = appWith(change, copy);
  const report = path.join(app, "report.json");
  const args = [
    bin("durable-replay"),
    "check",
    HISTORIES,
    "--app",
    app,
    "--format",
    "json",
    "--output",
    report,
  ];
  // The app needs settings before it loads; a replay does not access storage.
  const env = { ...process.env, AzureWebJobsStorage: "UseDevelopmentStorage=true" };
  await promisify(execFile)(process.execPath, args, { env }).catch((error: unknown) => {
    if ((error as { readonly code?: unknown }).code !== 1) throw error;
  });
  return (JSON.parse(readFileSync(report, "utf8")) as Report).instances.filter(({ broken }) => broken);
}

const rows: Record<string, string>[] = [];

describe("the gate reports a difference for", () => {
  test.each(BREAKING.map((change, i) => ({ ...change, copy: i })))(
    "$name in $file",
    { timeout: 60_000 },
    async ({ copy, ...change }) => {
      const found = await findings(change, copy);
      const [first] = found;
      rows.push({
        change: change.name,
        file: change.file,
        histories: String(found.length),
        first: summary(first?.verdict),
      });
      expect(found.length).toBeGreaterThan(0);
    },
  );

  test("all changes", () => {
    console.table(rows);
    expect(rows).toHaveLength(BREAKING.length);
  });
});

test("docs/versioning.md shows what the gate says of a refund whose version is not asked", async () => {
  const change = BREAKING.find(({ name }) => name === "version branch removed");
  const [first] = change ? await findings(change, BREAKING.length + HARMLESS.length) : [];
  const page = readFileSync(path.join(ROOT, "docs/versioning.md"), "utf8");
  const shown = /```text\n([^]*?)```/.exec(page)?.[1] ?? "";
  expect(lines(shown)).toEqual(lines(first ? instanceText(first) : "no difference"));
});

/** Without columns, which differ in a build. */
const lines = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim().replace(/(\.ts:\d+):\d+/, "$1"));

describe("the gate reports no difference for", () => {
  test.each(HARMLESS.map((change, i) => ({ ...change, copy: BREAKING.length + i })))(
    "$name in $file",
    { timeout: 60_000 },
    async ({ copy, ...change }) => {
      expect(await findings(change, copy)).toEqual([]);
    },
  );
});

function summary(verdict: Verdict | undefined): string {
  if (verdict?.kind !== "different") return verdict?.kind ?? "";
  const { what, recorded, replayed } = verdict.difference;
  return `${what}: ${recorded?.name ?? recorded?.kind ?? "nothing"} > ${replayed?.name ?? replayed?.kind ?? "nothing"}`;
}
