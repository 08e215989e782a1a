import { helpIfAsked } from "./command-line.ts";
import { bin, fail, runNode } from "./run.ts";

/** All checks for a change besides the tests. All of them run, so that one run shows all problems. */
const CHECKS: Readonly<Record<string, readonly string[]>> = {
  format: [bin("prettier"), "--check", "--log-level", "warn", "."],
  types: [bin("typescript", "tsc"), "--noEmit"],
  "types of the console's page": [bin("typescript", "tsc"), "--noEmit", "-p", "packages/console/src/page"],
  lint: [bin("oxlint")],
  boundaries: ["tools/boundaries.ts"],
  "dead code": [bin("knip")],
};

helpIfAsked(`Usage: npm run check [-- NAME …]

Runs all checks, or those that are named: ${Object.keys(CHECKS).join(", ")}.`);

// Otherwise knip writes compiled settings to node_modules, and a running Functions host restarts.
const env = { ...process.env, JITI_FS_CACHE: "false" };

const named = process.argv.slice(2);
const only = named.length > 0 ? named : Object.keys(CHECKS);
const failed: string[] = [];
for (const name of only) {
  const command =
    CHECKS[name] ?? fail(`There is no check "${name}"; choose from: ${Object.keys(CHECKS).join(", ")}.`);
  console.log(`── ${name}`);
  if ((await runNode(command, { env })) !== 0) failed.push(name);
}
const passed = only.length === 1 ? `The check "${only[0]}" passed` : `All ${only.length} checks passed`;
console.log(failed.length > 0 ? `Failed: ${failed.join(", ")}` : passed);
process.exitCode = failed.length > 0 ? 1 : 0;
