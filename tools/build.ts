import { globSync, rmSync } from "node:fs";
import { join } from "node:path";
import { commandLine } from "./command-line.ts";
import { buildApp, ROOT } from "./run.ts";

const { clean } = commandLine(
  `Usage: npm run build

Compiles src/ to dist/, as for a deployment, and the packages.

  --clean   first removes the output of earlier builds, also of deleted files`,
  { clean: { type: "boolean" } },
);
if (clean) {
  for (const folder of globSync(["dist", "packages/*/dist", "packages/*/types/*"], { cwd: ROOT })) {
    // Not generated: it defines how the declarations are read.
    if (!folder.endsWith("package.json")) rmSync(join(ROOT, folder), { recursive: true });
  }
}
process.exitCode = await buildApp();
