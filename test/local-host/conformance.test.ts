import { execFile } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import expectedDifferences from "./conformance-differences.json" with { type: "json" };
import { startedHost } from "./support/started-host.ts";

interface ScenarioRecord {
  readonly group: string;
  readonly name: string;
}

type Diff = (expected: ScenarioRecord, actual: ScenarioRecord) => string;

const REPOSITORY = path.resolve(import.meta.dirname, "../..");
const SUITE = process.env["CONFORMANCE_DIR"] ?? path.join(REPOSITORY, "../shared/conformance");

test("the host answers as the recorded extension does", { timeout: 240_000 }, async ({ skip }) => {
  skip(
    !existsSync(path.join(SUITE, "run.mjs")),
    `There is no suite in ${SUITE}; CONFORMANCE_DIR may name another.`,
  );
  const folder = mkdtempSync(path.join(tmpdir(), "conformance-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const app = path.join(folder, "app");
  cpSync(path.join(SUITE, "app"), app, { recursive: true });
  symlinkSync(path.join(REPOSITORY, "node_modules"), path.join(app, "node_modules"));
  const { host } = await startedHost(app);
  const out = path.join(folder, "seen.json");
  await promisify(execFile)(process.execPath, [
    path.join(SUITE, "run.mjs"),
    `--base=${host.url}`,
    `--out=${out}`,
    // Most scenarios wait for something that must not happen, so they can all wait at once.
    "--parallel=64",
    "--patience=20",
  ]);
  const seen = JSON.parse(readFileSync(out, "utf8")) as ScenarioRecord[];
  expect(seen.length).toBeGreaterThan(300);
  const { diff } = (await import(pathToFileURL(path.join(SUITE, "driver/compare.mjs")).href)) as {
    diff: Diff;
  };
  const recorded = readRecorded();
  const differences = seen
    .map((actual) => {
      const expected = recorded.get(actual.name);
      const difference = expected === undefined ? "not recorded" : diff(expected, actual);
      return { name: `${actual.group}/${actual.name}`, difference: changedLines(difference) };
    })
    .filter(({ difference }) => difference.length > 0);
  const listed = Object.entries(expectedDifferences).map(([name, { difference }]) => ({ name, difference }));
  // Both depend on who is faster, so that the recorded behaviour may be seen here too; anything else may not.
  expect(listed).toEqual(expect.arrayContaining(differences));
});

/** What was recorded (-) and what was seen instead (+). */
const changedLines = (difference: string) =>
  difference
    .split("\n")
    .map((line) => line.trim().replace(/^([-+]) +/, "$1 "))
    .filter((line) => /^[-+]|^not recorded$/.test(line));

function readRecorded(): ReadonlyMap<string, ScenarioRecord> {
  const folder = path.join(SUITE, "recorded");
  const groups = readdirSync(folder).filter((file) => file !== "versions.json");
  return new Map(
    groups
      .flatMap((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as ScenarioRecord[])
      .map((record) => [record.name, record]),
  );
}
