import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { delimiter, join } from "node:path";
import { ROOT } from "./run.ts";

export interface Compiler {
  readonly path: string;
  readonly version: string;
  /** Runs a command of the compiler; returns its errors and warnings, or an empty text. */
  findings(args: readonly string[], folder?: string): string;
}

/**
 * The Bicep compiler of this machine, if there is one: it is not an npm package, so the project cannot depend on it.
 */
export function findCompiler(): Compiler | undefined {
  const path = candidates().find((file) => existsSync(file));
  if (!path) return undefined;
  // NuGet unpacks it as a plain file.
  if (path.includes(".nuget")) chmodSync(path, 0o755);
  const [, version] = /version (\S+)/.exec(execFileSync(path, ["--version"], { encoding: "utf8" })) ?? [];
  if (!version) return undefined;
  return { path, version, findings: (args, folder = ROOT) => findings(path, args, folder) };
}

/** On PATH, as `az bicep install` leaves it, and as `dotnet restore test/infra/bicep-compiler.csproj` does. */
function candidates(): string[] {
  const program = process.platform === "win32" ? "bicep.exe" : "bicep";
  const nuget = process.env["NUGET_PACKAGES"] ?? join(homedir(), ".nuget", "packages");
  const restored = join(nuget, "azure.bicep.commandline.linux-x64");
  const versions = existsSync(restored) ? readdirSync(restored).toSorted().toReversed() : [];
  return [
    ...(process.env["PATH"] ?? "").split(delimiter).map((folder) => join(folder, program)),
    join(homedir(), ".azure", "bin", program),
    ...versions.map((version) => join(restored, version, "tools", "bicep")),
  ];
}

function findings(path: string, args: readonly string[], cwd: string): string {
  const { status, stdout, stderr, error } = spawnSync(path, args, { encoding: "utf8", cwd });
  if (error) throw error;
  if (status !== 0) return `${stdout}${stderr}`;
  // A warning leaves the status at 0, but is also returned.
  return /\b(Warning|Info) [\w-]+:/.test(stderr) ? stderr : "";
}
