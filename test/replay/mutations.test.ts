import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import path from "node:path";
import { type CheckedInstance, instanceText } from "durable-replay";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Finding, oxlint } from "../../packages/eslint-plugin/test/support/oxlint.ts";
import { ORCHESTRATION_PATTERNS } from "../../src/patterns/patterns.ts";
import { LOCAL, ROOT } from "../../tools/run.ts";
import { pathOf, type SourceChange } from "../support/source-change.ts";
import { type ChangedApp, changedApps, partOf } from "./changed-apps.ts";
import { FAULTS } from "./changes/changes.ts";
import type { Answer, Question } from "./gate-process.ts";
import { copyWithInputs } from "./with-inputs.ts";
import { HARMLESS } from "./changes/harmless.ts";

/** What the gate says of the recorded histories, and the linter of the sources, after a change of an orchestrator. */

const MINUTE = 60_000;
const HISTORIES = path.join(import.meta.dirname, "histories");
const folder = mkdtempSync(path.join(LOCAL, "changes-"));
const WITH_INPUTS = path.join(folder, "with-inputs");
let apps: readonly ChangedApp[];
let findings: readonly Finding[];
let copies: number;
let gateProcess: ChildProcess;
/** Rejects. */
let gateEnd: Promise<never>;

beforeAll(async () => {
  process.env["AzureWebJobsStorage"] = "UseDevelopmentStorage=true";
  copies = await copyWithInputs(HISTORIES, WITH_INPUTS, ROOT);
  apps = changedApps([...FAULTS, ...HARMLESS], folder);
  const files = apps.flatMap((app) => [...app.changes.values()].map((change) => lintedFile(app, change)));
  findings = await oxlint(folder, files);
  gateProcess = fork(path.join(import.meta.dirname, "gate-process.ts"), {
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  gateEnd = once(gateProcess, "exit").then(() =>
    Promise.reject(new Error("The process of the gate has ended")),
  );
  gateEnd.catch(() => undefined);
}, 3 * MINUTE);
afterAll(() => {
  gateProcess.kill("SIGKILL");
  rmSync(folder, { recursive: true, force: true });
});

const lintedFile = (app: ChangedApp, change: SourceChange): string =>
  path.join(path.relative(folder, app.folder), pathOf(change));

function appWith(change: SourceChange): ChangedApp {
  const app = apps.find(({ changes }) => changes.get(partOf(change)) === change);
  if (app === undefined) throw new Error(`There is no copy with "${change.name}"`);
  return app;
}

/** The linter's rules that find the change. */
function rulesFor(change: SourceChange): string[] {
  const changedFile = lintedFile(appWith(change), change);
  return [...new Set(findings.filter(({ file }) => file === changedFile).map(({ rule }) => rule))];
}

type Broken = readonly CheckedInstance[];
const gates = new Map<ChangedApp, Promise<Broken>>();

/** The instances that the change breaks; undefined where there are no histories, for a sample. */
async function brokenBy(change: SourceChange): Promise<Broken | undefined> {
  const part = partOf(change);
  if (part.startsWith("samples/")) return undefined;
  const app = appWith(change);
  const broken = gates.get(app) ?? gate(app);
  gates.set(app, broken);
  const pattern = ORCHESTRATION_PATTERNS.find(({ name }) => name === part);
  return (await broken).filter(
    (found) => pattern === undefined || pattern.orchestrators.some(({ name }) => name === found.name),
  );
}

async function gate(app: ChangedApp): Promise<Broken> {
  gateProcess.send({ app: app.folder, histories: [HISTORIES, WITH_INPUTS] } satisfies Question);
  const [answer] = (await Promise.race([once(gateProcess, "message"), gateEnd])) as [Answer];
  if ("error" in answer) throw new Error(answer.error);
  return answer.broken;
}

const rows: Readonly<Record<"change" | "gate" | "linter", string>>[] = [];

describe("gate or linter finds", () => {
  test.each(FAULTS)("$name in $file", { timeout: 2 * MINUTE }, async (change) => {
    const [broken, rules] = [await brokenBy(change), rulesFor(change)];
    rows.push({
      change: `${change.name} (${path.basename(change.file, ".ts")})`,
      gate: broken === undefined ? "no histories" : gateText(broken),
      linter: rules.join(", "),
    });
    const finders = broken === undefined || broken.length === 0 ? rules : ["gate", ...rules];
    expect(finders).toContain(change.rule ?? "gate");
  });

  test("each of at least 30 changes", () => {
    console.table(rows);
    const count = (column: "gate" | "linter") =>
      rows.filter((row) => row[column] !== "" && row[column] !== "no histories").length;
    console.log(`${rows.length} changes: the gate finds ${count("gate")}, the linter ${count("linter")}.`);
    expect(copies, "histories with inputs").toBeGreaterThanOrEqual(8);
    expect(rows).toHaveLength(FAULTS.length);
    expect(rows.length).toBeGreaterThanOrEqual(30);
  });
});

function gateText([first, ...others]: Broken): string {
  if (first === undefined) return "";
  const { verdict } = first;
  if (verdict.kind !== "different") return verdict.kind;
  const { what, recorded, replayed } = verdict.difference;
  const calls = `${recorded?.name ?? recorded?.kind ?? "nothing"} > ${replayed?.name ?? replayed?.kind ?? "nothing"}`;
  return `${what}: ${calls}${others.length > 0 ? `, and ${others.length} more` : ""}`;
}

test("docs/versioning.md shows what the gate says of a refund whose version is not asked", async () => {
  const change = FAULTS.find(({ name }) => name === "version branch removed");
  const [first] = (change && (await brokenBy(change))) ?? [];
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

describe("neither gate nor linter reports", () => {
  test.each(HARMLESS)("$name in $file", { timeout: 2 * MINUTE }, async (change) => {
    expect((await brokenBy(change)) ?? []).toEqual([]);
    expect(rulesFor(change)).toEqual([]);
  });
});
