import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "./command-line.ts";
import { buildApp, buildPackages, ROOT } from "./run.ts";

const { clean, packages } = commandLine(
  `Usage: npm run build

Compiles src/ to dist/, as for a deployment, and the packages.

  --clean      first removes the output of earlier builds, also of deleted files
  --packages   only the packages`,
  { clean: { type: "boolean" }, packages: { type: "boolean" } },
);
if (clean) {
  const built = ["packages/*/dist", "packages/*/types/*", ...(packages ? [] : ["dist"])];
  for (const folder of globSync(built, { cwd: ROOT })) {
    // Not generated: it defines how the declarations are read.
    if (!folder.endsWith("package.json")) rmSync(join(ROOT, folder), { recursive: true });
  }
}
process.exitCode = await (packages ? buildPackages() : buildApp());
