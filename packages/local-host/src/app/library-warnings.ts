import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import * as util from "node:util";

/** The first version that creates timers without `util.isDate`. */
const FIRST_FOR_NODE_23 = [3, 3, 1] as const;

/** Features of the installed libraries that do not work on this version of Node, one sentence each. */
export function libraryWarnings(entryPoints: readonly string[]): string[] {
  const [entryPoint] = entryPoints;
  const version = entryPoint === undefined ? undefined : installedVersion(entryPoint, "durable-functions");
  if (version === undefined || "isDate" in util || !isBefore(version, FIRST_FOR_NODE_23)) return [];
  return [
    `durable-functions ${version} cannot create timers on Node ${process.versions.node}, here as on Azure: an ` +
      `orchestration that creates one fails with "isDate is not a function". Install version ` +
      `${FIRST_FOR_NODE_23.join(".")} or later (npm install durable-functions@3), or have Node 22 run the local host: ` +
      "npx durable-local-host --app <folder>.",
  ];
}

/** The version of a package that the app's own code loads; `undefined` if it is unknown, as in a bundle. */
function installedVersion(entryPoint: string, name: string): string | undefined {
  try {
    let folder = path.dirname(createRequire(entryPoint).resolve(name));
    while (path.basename(folder) !== name) {
      if (path.dirname(folder) === folder) return undefined;
      folder = path.dirname(folder);
    }
    const manifest: unknown = JSON.parse(readFileSync(path.join(folder, "package.json"), "utf8"));
    const { version } = manifest as { readonly version?: unknown };
    return typeof version === "string" ? version : undefined;
  } catch {
    return undefined;
  }
}

function isBefore(version: string, limit: readonly number[]): boolean {
  const parts = version.split(/[.-]/).map(Number);
  const differs = limit.findIndex((part, index) => parts[index] !== part);
  return differs >= 0 && (parts[differs] ?? 0) < (limit[differs] ?? 0);
}
