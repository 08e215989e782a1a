import { execFileSync } from "node:child_process";
import { createRequire } from "node:module";
import type { TestProject } from "vitest/node";
import { startAzurite } from "../../tools/azurite.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Connection string of the Azurite that all test files share; each file has names of its own in it. */
    storage: string;
  }
}

/** Before all tests: builds the app that the local host loads, and starts one real Azurite in memory. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const tsc = createRequire(import.meta.url)
    .resolve("typescript/package.json")
    .replace("package.json", "bin/tsc");
  // Types are checked by `npm run check`; here only the code counts.
  execFileSync(process.execPath, [tsc, "-p", "tsconfig.build.json", "--noCheck"], {
    cwd: project.config.root,
    stdio: "inherit",
  });
  const azurite = await startAzurite({});
  project.provide("storage", azurite.connectionString);
  return () => azurite.stop();
}
