import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { startAzurite } from "../../tools/azurite.ts";
import { bin, buildApp, runNode } from "../../tools/run.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Connection string of the Azurite that all test files share; each file uses its own names in it. */
    storage: string;
  }
}

/**
 * Lets all processes of this run share the compiled code of what they load: the packages, Azurite, npm. For each run a
 * new folder, because the tests' own apps have other names each time.
 *
 * @returns how to remove it
 */
function shareCompiledCode(): () => void {
  const folder = mkdtempSync(path.join(tmpdir(), "compiled-"));
  process.env["NODE_COMPILE_CACHE"] = folder;
  return () => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
}

/** Before all tests: builds the apps that the local host loads, and starts one real Azurite in memory. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const removeCompiledCode = shareCompiledCode();
  // `npm run check` checks types, so this build only emits code.
  if ((await buildApp("--noCheck")) !== 0) throw new Error("The app cannot be built");
  const plainSdk = [bin("typescript", "tsc"), "-p", "samples/plain-sdk", "--noCheck"];
  if ((await runNode(plainSdk)) !== 0) throw new Error("samples/plain-sdk cannot be built");
  const azurite = await startAzurite({});
  project.provide("storage", azurite.connectionString);
  return async () => {
    await azurite.stop();
    removeCompiledCode();
  };
}
