import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../run.ts";
import { handMade } from "./hand-made.ts";
import type { Mutant } from "./mutant.ts";
import { mutantsOf } from "./mutations.ts";

const SOURCES = ["src/**/*.ts", "packages/local-host/src/engine/**/*.ts"];
/** Descriptions, styles and composition: they are tested with the whole API, or fail at the first start. */
const LEFT_OUT = /\.openapi\.ts$|\.style\.ts$|^src\/openapi\/|^src\/index\.ts$|^src\/telemetry\.ts$/;

/**
 * The hand-made mutants, and the requested number of others, taken in turn from all files. The selection does not
 * change as long as the lines do not change.
 */
export function chooseMutants({ count, filter }: { count: number; filter: string }): Mutant[] {
  const files = globSync(SOURCES, { cwd: ROOT })
    .map((file) => file.replaceAll("\\", "/"))
    .filter((file) => !LEFT_OUT.test(file) && file.includes(filter))
    .toSorted();
  const ranked = files.map((file) => ranking(mutantsOf(file, readFileSync(join(ROOT, file), "utf8"))));
  const longest = Math.max(0, ...ranked.map(({ length }) => length));
  const byTurns = Array.from({ length: longest }, (_, rank) =>
    ranked.flatMap((mutants) => mutants.slice(rank, rank + 1)).toSorted(byKey),
  ).flat();
  const own = handMade().filter(({ file }) => file.includes(filter));
  return [...own, ...byTurns.slice(0, Math.max(0, count - own.length))];
}

/** By their keys, which are distributed like random numbers; for equal keys, only the first. */
function ranking(mutants: readonly Mutant[]): Mutant[] {
  return [...new Map(mutants.toReversed().map((mutant) => [mutant.key, mutant])).values()].toSorted(byKey);
}

const byKey = (one: Mutant, other: Mutant) => (one.key < other.key ? -1 : 1);
