import { execFileSync, spawnSync } from "node:child_process";
import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { buildApp, fail, ROOT, runNode } from "../run.ts";
import { figure, type Row } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { scratchFolder } from "./scratch-folder.ts";

const REPETITIONS = 5;
const IMPORT = join(ROOT, "tools", "bench", "import-app.mjs");

/** The settings for an import as on Azure, telemetry included. Nothing is sent, because no work runs. */
const SETTINGS = {
  AzureWebJobsStorage: "UseDevelopmentStorage=true",
  APPLICATIONINSIGHTS_CONNECTION_STRING:
    "InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=https://127.0.0.1:9/",
};

interface Import {
  readonly milliseconds: number;
  readonly megabytes: number;
}

/** The app's part of a cold start: its import from the package and, for comparison, without the bundle. */
export async function benchImport(): Promise<Measured> {
  const folder = scratchFolder("bench-import");
  if ((await runNode(["tools/stage-package.ts", "--out", folder])) !== 0) fail("The package failed.");
  if ((await buildApp()) !== 0) fail("The app does not compile.");
  const packaged = join(folder, "dist", "index.js");
  const unbundled = join(ROOT, "dist", "index.js");
  const rows = [
    ...importRows("the packaged app", packaged),
    ...importRows("the app as tsc compiles it, not bundled", unbundled),
    row("size of the package, unpacked", "MB", [folderSize(folder) / 1e6]),
  ];
  return { rows };
}

function importRows(app: string, file: string): Row[] {
  importApp(file);
  const warm = repeat(() => importApp(file));
  const rows = [
    row(
      `import of ${app}`,
      "milliseconds",
      warm.map(({ milliseconds }) => milliseconds),
    ),
    row(
      `memory after the import of ${app}`,
      "MB",
      warm.map(({ megabytes }) => megabytes),
    ),
  ];
  if (dropPageCache()) {
    const cold = repeat(() => (dropPageCache(), importApp(file).milliseconds));
    rows.push(row(`import of ${app}, nothing in the page cache`, "milliseconds", cold));
  } else {
    console.log("Not measured: imports with an empty page cache, which needs Linux and root.");
  }
  const opened = filesOpened(file);
  if (opened === undefined) console.log("Not counted: files opened, which needs strace.");
  else rows.push(row(`files of ${app} opened by its import`, "files", [opened]));
  return rows;
}

function importApp(file: string): Import {
  const env = { ...process.env, ...SETTINGS };
  return JSON.parse(execFileSync(process.execPath, [IMPORT, file], { env, encoding: "utf8" })) as Import;
}

/** Drops the page cache; returns whether it succeeded. */
function dropPageCache(): boolean {
  try {
    execFileSync("sync");
    writeFileSync("/proc/sys/vm/drop_caches", "3");
    return true;
  } catch {
    return false;
  }
}

function filesOpened(file: string): number | undefined {
  const folder = scratchFolder("bench-trace");
  const trace = join(folder, "trace");
  const args = ["-f", "-e", "trace=openat", "-o", trace, process.execPath, IMPORT, file];
  const { error } = spawnSync("strace", args, { env: { ...process.env, ...SETTINGS }, stdio: "ignore" });
  if (error) return undefined;
  const opened = readFileSync(trace, "utf8")
    .split("\n")
    .filter((line) => /= \d+$/.test(line))
    .flatMap((line) => /"([^"]+\.(?:[cm]?js|json|node|map|so[^"]*))"/.exec(line)?.[1] ?? []);
  return new Set(opened).size;
}

function folderSize(folder: string): number {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => statSync(join(folder, path)))
    .reduce((sum, entry) => sum + (entry.isFile() ? entry.size : 0), 0);
}

const repeat = <T>(work: () => T): T[] => Array.from({ length: REPETITIONS }, work);
const row = (what: string, unit: string, values: readonly number[]): Row => ({
  what,
  unit,
  ours: figure(values),
});
