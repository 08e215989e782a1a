import { copyFile, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { TestProject } from "vitest/node";
import { startAzurite } from "../../tools/azurite.ts";
import { bundleApp } from "../../tools/bundle.ts";
import { ROOT } from "../../tools/run.ts";
import { HostProcess } from "../../tools/host-process.ts";
import { uniquePrefix } from "./storage.ts";

/** The app that a suite tests over HTTP. */
export interface AppUnderTest {
  readonly base: string;
  /** Function key, needed on Azure. */
  readonly key?: string;
  /** The app's storage, for data without an HTTP endpoint: mails, and messages in queues. */
  readonly storage?: { readonly connectionString: string; readonly prefix: string };
  /** The file with all output of the host; only for an app that this run has started. */
  readonly logFile?: string;
  /** Values that must never be in a response or in the log. */
  readonly secrets: readonly string[];
}

declare module "vitest" {
  export interface ProvidedContext {
    app: AppUnderTest;
  }
}

/**
 * Uses the app that was passed to tools/test-e2e.ts, or starts one: a host process, in real time, on a real Azurite.
 */
export async function setup(project: TestProject): Promise<(() => Promise<void>) | undefined> {
  const { E2E_BASE: base, E2E_KEY: key, E2E_STORAGE: storage } = process.env;
  if (base === undefined) return startApp(project);
  const prefix = process.env["SHOP_STORAGE_PREFIX"] ?? "shop";
  project.provide("app", {
    base: base.replace(/\/+$/, ""),
    ...(key !== undefined && { key }),
    ...(storage !== undefined && { storage: { connectionString: storage, prefix } }),
    secrets: accountKeys(storage ?? ""),
  });
  return undefined;
}

/** The odd names of test/stress that a host can be told to answer to: their requests reach the app, as on Azure. */
const FOREIGN_NAMES = ["example.com", "a", "a".repeat(255), "xn--a", "-"];

async function startApp(project: TestProject): Promise<() => Promise<void>> {
  const folder = await mkdtemp(path.join(tmpdir(), "e2e-"));
  const app = path.join(folder, "app");
  await contactSheetLayout(app);
  const azurite = await startAzurite({});
  const prefix = uniquePrefix();
  const decisionKey = `only-for-tests-${prefix}-only-for-tests`;
  const logFile = path.join(folder, "host.log");
  const names = FOREIGN_NAMES.flatMap((name) => ["--allow-host", name]);
  const store = `sqlite:${path.join(folder, "task-hub.db")}`;
  const args = ["--app", app, "--store", store, "--verbose", ...names];
  const { connectionString } = azurite;
  const env = {
    AzureWebJobsStorage: connectionString,
    SHOP_STORAGE_PREFIX: prefix,
    SHOP_DECISION_KEY: decisionKey,
  };
  const host = await HostProcess.launch(args, env, logFile);
  project.provide("app", {
    base: host.url,
    storage: { connectionString, prefix },
    logFile,
    secrets: [...accountKeys(connectionString), decisionKey],
  });
  return async () => {
    await host.stop();
    await azurite.stop();
    await rm(folder, { recursive: true, force: true });
  };
}

/** The deployed form: the bundle, with the native dependencies of this machine. */
async function contactSheetLayout(app: string): Promise<void> {
  await bundleApp(path.join(app, "dist"));
  await copyFile(path.join(ROOT, "host.json"), path.join(app, "host.json"));
  await writeFile(path.join(app, "package.json"), JSON.stringify({ type: "module", main: "dist/index.js" }));
  await symlink(path.join(ROOT, "node_modules"), path.join(app, "node_modules"), "junction");
}

const accountKeys = (connectionString: string) =>
  [...connectionString.matchAll(/(?:AccountKey|SharedAccessSignature)=([^;]+)/g)].map(
    ([, secret = ""]) => secret,
  );
