import { helpIfAsked } from "./command-line.ts";
import { bin, fail, runNode } from "./run.ts";

/** Everything that a change must pass beside the tests; all of it runs, so that one look shows all there is to mend. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  format: [bin("prettier"), "--check", "--log-level", "warn", "."],
  types: [bin("typescript", "tsc"), "--noEmit"],
  lint: [bin("oxlint")],
  boundaries: ["tools/boundaries.ts"],
  "dead code": [bin("knip")],
};

helpIfAsked(`Usage: npm run check [-- NAME …]

Runs all checks, or those that are named: ${Object.keys(CHECKS).join(", ")}.`);

// Else knip's loader of settings writes what it has compiled to node_modules, at which the Functions host starts again.
const env = { ...process.env, JITI_FS_CACHE: "false" };

const named = process.argv.slice(2);
const only = named.length > 0 ? named : Object.keys(CHECKS);
const failed: string[] = [];
for (const name of only) {
  const command =
    CHECKS[name] ?? fail(`There is no check "${name}"; there are: ${Object.keys(CHECKS).join(", ")}.`);
  console.log(`── ${name}`);
  if ((await runNode(command, { env })) !== 0) failed.push(name);
}
console.log(failed.length > 0 ? `Failed: ${failed.join(", ")}` : `All ${only.length} checks passed`);
process.exitCode = failed.length > 0 ? 1 : 0;
