import type { TestProject } from "vitest/node";
import { startAzurite } from "../../tools/azurite.ts";
import { bin, buildApp, runNode } from "../../tools/run.ts";

declare module "vitest" {
  export interface ProvidedContext {
    /** Connection string of the Azurite that all test files share; each file uses its own names in it. */
    storage: string;
  }
}

/** Before all tests: builds the apps that the local host loads, and starts one real Azurite in memory. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  // `npm run check` checks types, so this build only emits code.
  if ((await buildApp("--noCheck")) !== 0) throw new Error("The app cannot be built");
  const plainSdk = [bin("typescript", "tsc"), "-p", "samples/plain-sdk", "--noCheck"];
  if ((await runNode(plainSdk)) !== 0) throw new Error("samples/plain-sdk cannot be built");
  const azurite = await startAzurite({});
  project.provide("storage", azurite.connectionString);
  return () => azurite.stop();
}
