import { readFileSync, readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import expectedDifferences from "./conformance-differences.json" with { type: "json" };
import { RecordedSuite, temporaryFolder } from "./support/recorded-suite.ts";

interface ScenarioRecord {
  readonly group: string;
  readonly name: string;
}

type Diff = (expected: ScenarioRecord, actual: ScenarioRecord) => string;

const suite = new RecordedSuite("conformance", "CONFORMANCE_DIR");

test("the host behaves like the recorded extension", { timeout: 240_000 }, async ({ skip }) => {
  skip(!suite.isThere, `There is no suite in ${suite.folder}; CONFORMANCE_DIR may name another folder.`);
  const out = path.join(temporaryFolder(), "seen.json");
  // Most scenarios check that something does not happen, so they can all wait at the same time.
  await suite.play(`--out=${out}`, "--parallel=64", "--patience=20");
  const seen = JSON.parse(readFileSync(out, "utf8")) as ScenarioRecord[];
  expect(seen.length).toBeGreaterThan(300);
  const { diff } = (await import(pathToFileURL(path.join(suite.folder, "driver/compare.mjs")).href)) as {
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
  // Both depend on which task is faster, so the recorded behavior may also occur here. Other differences are not
  // allowed.
  expect(listed).toEqual(expect.arrayContaining(differences));
});

const programs = new RecordedSuite("random", "RANDOM_PROGRAMS_DIR");

test(
  "random programs have the same results as on the recorded extension",
  { timeout: 240_000 },
  async (run) => {
    run.skip(
      !programs.isThere,
      `There are no programs in ${programs.folder}; RANDOM_PROGRAMS_DIR may name another folder.`,
    );
    const recorded = path.join(programs.folder, "recorded.json");
    const said = await programs.play(`--compare=${recorded}`, "--parallel=100", "--patience=120");
    expect(said).toMatch(/\n[1-9]\d* same, 0 differ$/);
  },
);

/** The recorded result (-) and the actual one (+). */
const changedLines = (difference: string) =>
  difference
    .split("\n")
    .map((line) => line.trim().replace(/^([-+]) +/, "$1 "))
    .filter((line) => /^[-+]|^not recorded$/.test(line));

function readRecorded(): ReadonlyMap<string, ScenarioRecord> {
  const folder = path.join(suite.folder, "recorded");
  const groups = readdirSync(folder).filter((file) => file !== "versions.json");
  return new Map(
    groups
      .flatMap((file) => JSON.parse(readFileSync(path.join(folder, file), "utf8")) as ScenarioRecord[])
      .map((record) => [record.name, record]),
  );
}
