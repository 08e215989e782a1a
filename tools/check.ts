import { bin, runNode } from "./run.ts";

/** Everything that a change must pass beside the tests; all of it runs, so that one look shows all there is to mend. */
const CHECKS: readonly { readonly name: string; readonly command: readonly string[] }[] = [
  { name: "format", command: [bin("prettier"), "--check", "--log-level", "warn", "."] },
  { name: "types", command: [bin("typescript", "tsc"), "--noEmit"] },
  { name: "lint and dependency rule", command: [bin("oxlint")] },
  { name: "dead code", command: [bin("knip")] },
];

const failed: string[] = [];
for (const { name, command } of CHECKS) {
  console.log(`── ${name}`);
  if ((await runNode(command)) !== 0) failed.push(name);
}
console.log(failed.length > 0 ? `Failed: ${failed.join(", ")}` : `All ${CHECKS.length} checks passed`);
process.exitCode = failed.length > 0 ? 1 : 0;
