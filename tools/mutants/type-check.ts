import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { bin } from "../run.ts";
import type { Mutant } from "./mutant.ts";
import { makeWorkspace } from "./workspace.ts";

/** In the copy: only the sources, with incremental information about unchanged files. */
const PROJECT = "tsconfig.mutants.json";
const KNOWN = join(".local", "mutants.tsbuildinfo");
/** Unused or unreachable code is not an error here. */
const FLAGS = [
  "--project",
  PROJECT,
  "--incremental",
  "--tsBuildInfoFile",
  KNOWN,
  "--noUnusedLocals",
  "false",
  "--noUnusedParameters",
  "false",
  "--allowUnreachableCode",
  "true",
];

/** The mutants that the compiler refuses at their own line: code that does not compile needs no test. */
export function refusedByTypes(mutants: readonly Mutant[]): Mutant[] {
  if (mutants.length === 0) return [];
  const folder = makeWorkspace("types");
  const sources = { extends: "./tsconfig.json", include: ["src", "packages/*/src"] };
  writeFileSync(join(folder, PROJECT), JSON.stringify(sources));
  // One mutant of each file at a time.
  const rounds: Mutant[][] = [];
  for (const ofFile of Map.groupBy(mutants, ({ file }) => file).values()) {
    for (const [i, mutant] of ofFile.entries()) (rounds[i] ??= []).push(mutant);
  }
  return rounds.flatMap((round, i) => {
    for (const { file, source } of round) writeFileSync(join(folder, file), source);
    for (const { file, original } of rounds[i - 1] ?? []) {
      if (!round.some((mutant) => mutant.file === file)) writeFileSync(join(folder, file), original);
    }
    const errors = linesWithErrors(folder);
    return round.filter(({ file, line }) => errors.has(`${file}(${line}`));
  });
}

/** In the form `src/settings.ts(12`. */
function linesWithErrors(folder: string): Set<string> {
  const { stdout, error } = spawnSync(
    process.execPath,
    [bin("typescript", "tsc"), "--noEmit", "--pretty", "false", ...FLAGS],
    { cwd: folder, encoding: "utf8", maxBuffer: 1 << 28 },
  );
  if (error) throw error;
  return new Set(stdout.split("\n").map((line) => line.split(",")[0] ?? ""));
}
