import { createHash } from "node:crypto";
import { globSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findCompiler } from "./bicep-compiler.ts";
import { commandLine } from "./command-line.ts";
import { fail, ROOT } from "./run.ts";

/** Parameter files, each with a snapshot of the resulting resources. */
export const SCENARIOS = join(ROOT, "test", "infra", "scenarios");

/** The ids in snapshots, so that they are the same everywhere. */
export const SNAPSHOT_SCOPE = [
  "--subscription-id=00000000-0000-0000-0000-000000000001",
  "--tenant-id=00000000-0000-0000-0000-000000000002",
  "--location=westeurope",
];

/** The sources of the snapshots, so that a machine without a compiler can check that they are current. */
export interface Compiled {
  readonly compiler: string;
  readonly sources: Readonly<Record<string, string>>;
}

/** Content hashes of all files that a compilation reads, independent of line ends, which Git may change. */
export function hashSources(): Record<string, string> {
  const files = globSync(
    [
      "infra/**/*.{bicep,bicepparam,kql}",
      "infra/bicepconfig.json",
      "host.json",
      "host.dts.json",
      "test/infra/scenarios/*.bicepparam",
    ],
    { cwd: ROOT },
  );
  const hash = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(ROOT, file), "utf8").replaceAll("\r\n", "\n"))
      .digest("hex");
  return Object.fromEntries(
    files
      .map((file) => file.replaceAll("\\", "/"))
      .sort()
      .map((file) => [file, hash(file)]),
  );
}

/** The compiler writes them in a different order each time, which would hide real changes. */
function sortOutputs(file: string): void {
  const snapshot = JSON.parse(readFileSync(file, "utf8")) as {
    readonly outputs: Readonly<Record<string, unknown>>;
  };
  const outputs = Object.fromEntries(
    Object.entries(snapshot.outputs).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
  writeFileSync(file, JSON.stringify({ ...snapshot, outputs }, null, 2));
}

// Node 22 has no import.meta.main.
if (process.argv[1] === import.meta.filename) {
  commandLine(
    "Usage: node tools/infra-snapshots.ts\n\nLints infra/ and writes the snapshots in test/infra/ again.",
    {},
  );
  const compiler = findCompiler();
  if (!compiler) {
    fail(
      "No Bicep compiler found. Get one: az bicep install, or dotnet restore test/infra/bicep-compiler.csproj",
    );
  }
  const findings = [compiler.findings(["lint", "--pattern", "infra/**/*.bicep"])];
  for (const scenario of globSync("*.bicepparam", { cwd: SCENARIOS })) {
    findings.push(
      compiler.findings(["snapshot", join(SCENARIOS, scenario), "--mode", "overwrite", ...SNAPSHOT_SCOPE]),
    );
    sortOutputs(join(SCENARIOS, scenario.replace(".bicepparam", ".snapshot.json")));
  }
  if (findings.join("") !== "") fail(findings.join(""));
  const compiled: Compiled = { compiler: compiler.version, sources: hashSources() };
  writeFileSync(join(SCENARIOS, "compiled.json"), `${JSON.stringify(compiled, null, 2)}\n`);
}
