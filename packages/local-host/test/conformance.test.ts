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

test("the host answers as the recorded extension does", { timeout: 240_000 }, async ({ skip }) => {
  skip(!suite.isThere, `There is no suite in ${suite.folder}; CONFORMANCE_DIR may name another.`);
  const out = path.join(temporaryFolder(), "seen.json");
  // Most scenarios wait for something that must not happen, so they can all wait at once.
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
  // Both depend on who is faster, so that the recorded behaviour may be seen here too; anything else may not.
  expect(listed).toEqual(expect.arrayContaining(differences));
});

const programs = new RecordedSuite("random", "RANDOM_PROGRAMS_DIR");

test(
  "random programs come to what the recorded extension made of them",
  { timeout: 240_000 },
  async (run) => {
    run.skip(
      !programs.isThere,
      `There are none in ${programs.folder}; RANDOM_PROGRAMS_DIR may name another.`,
    );
    const recorded = path.join(programs.folder, "recorded.json");
    const said = await programs.play(`--compare=${recorded}`, "--parallel=100", "--patience=120");
    expect(said).toMatch(/\n[1-9]\d* same, 0 differ$/);
  },
);

/** What was recorded (-) and what was seen instead (+). */
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
