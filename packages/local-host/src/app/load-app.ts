import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { AppError } from "./app-error.ts";
import { messageOf } from "../errors.ts";
import { AppEnvironment } from "./app-environment.ts";
import { readAppFolder } from "./app-folder.ts";
import type { AppFolder } from "./app-folder.ts";
import { LoadedApp } from "./loaded-app.ts";
import { Registrations } from "./registrations.ts";
import { withListeningServers } from "./listening-servers.ts";
import { workerCore } from "./worker-core.ts";
import type { CoreLog } from "./worker-core.ts";

export interface LoadOptions {
  /** Host and port of the app, for `WEBSITE_HOSTNAME`; default `localhost:7071`. */
  readonly hostname?: string | undefined;
  /** Receives the library's log messages outside of invocations. Default: nothing is shown. */
  readonly log?: CoreLog | undefined;
}

const loadedApps = new Map<string, Promise<LoadedApp>>();
let lastLoad: Promise<unknown> = Promise.resolve();

/**
 * Loads an app folder as the Functions worker does: `local.settings.json` into the environment (variables that are set
 * already win), every file that `package.json#main` matches, `appStart` hooks, capabilities. Node never unloads
 * modules, so an app is loaded once per process and folder; later calls return the same value.
 *
 * @throws {AppError} one line that says what to correct
 */
export function loadApp(folder: string, options: LoadOptions = {}): Promise<LoadedApp> {
  const key = canonical(folder);
  const known = loadedApps.get(key);
  if (known !== undefined) return known;
  // One at a time, because a registration does not say which app it comes from.
  const load = lastLoad.then(() => loadNow(key, options));
  lastLoad = load.catch(() => undefined);
  loadedApps.set(key, load);
  load.catch(() => loadedApps.delete(key));
  return load;
}

function canonical(folder: string): string {
  try {
    return realpathSync(folder);
  } catch {
    return path.resolve(folder);
  }
}

async function loadNow(key: string, options: LoadOptions): Promise<LoadedApp> {
  const folder = readAppFolder(key);
  const environment = new AppEnvironment(folder.settings);
  environment.takeEffect({
    WEBSITE_HOSTNAME: options.hostname ?? process.env["WEBSITE_HOSTNAME"] ?? "localhost:7071",
    AzureWebJobsScriptRoot: folder.folder,
  });
  const core = workerCore();
  const registrations = new Registrations();
  core.serve({ registrations, log: options.log ?? (() => undefined) });
  for (const entryPoint of folder.entryPoints) await runEntryPoint(entryPoint, folder);
  const appHookData: Record<string, unknown> = {};
  try {
    for (const hook of registrations.hooks("appStart")) {
      await hook({ hookData: appHookData, appHookData, functionAppDirectory: folder.folder });
    }
  } catch (error) {
    throw new AppError(`An appStart hook failed: ${messageOf(error)}`, { cause: error });
  }
  const model = core.getProgrammingModel();
  const capabilities = await withListeningServers(
    async () => (await model?.getCapabilities?.(defaultCapabilities())) ?? {},
    keepForConnectionReuse,
  );
  registrations.lock();
  const app = new LoadedApp({ folder, environment, registrations, model, capabilities, appHookData });
  // An app without functions is refused later, and that error contains the warnings.
  if (model !== undefined) for (const warning of app.warnings) options.log?.("warning", "system", warning);
  return app;
}

/**
 * By default, the library's streaming server would keep the process alive, and might close idle connections while they
 * are reused.
 */
function keepForConnectionReuse(server: { unref(): unknown; keepAliveTimeout?: number }): void {
  server.unref();
  server.keepAliveTimeout = 0;
}

async function runEntryPoint(file: string, folder: AppFolder): Promise<void> {
  try {
    if (isEsModule(file, folder)) await import(pathToFileURL(file).href);
    else createRequire(file)(file);
  } catch (error) {
    const shown = path.relative(folder.folder, file);
    const message = `${withHint(messageOf(error))}${placeOf(error, folder, shown)}`;
    throw new AppError(`Worker was unable to load entry point "${shown}": ${message}`, { cause: error });
  }
}

const MISSING_PACKAGE = /^Cannot find (?:module|package) '(?<name>(?:@[\w.-]+\/)?\w[\w.-]*)/;

/** The message, with what to do about errors that are common. */
function withHint(message: string): string {
  const missing = MISSING_PACKAGE.exec(message)?.groups?.["name"];
  if (missing) return `Package ${missing} is missing: npm install ${missing} in the app's folder.`;
  // The library keeps its options once per process and cannot change them after the first app has started.
  if (!message.startsWith("Setup options can't be changed")) return message;
  return `${message} If a process loads several apps, only the first may call app.setup: load this one first, or in its own process.`;
}

/** Where a file has a syntax error. Node tells it in the stack of a CommonJS module's error only. */
function placeOf(error: unknown, { folder }: AppFolder, entryPoint: string): string {
  if (!(error instanceof SyntaxError)) return "";
  const [, file, line] = /^(\S.*):(\d+)\n/.exec(error.stack ?? "") ?? [];
  return file === undefined ? ` (where: node ${entryPoint})` : ` (${path.relative(folder, file)}:${line})`;
}

function isEsModule(file: string, folder: AppFolder): boolean {
  const extension = path.extname(file);
  return /^\.m[jt]s$/.test(extension) || (folder.isModule && !/^\.c[jt]s$/.test(extension));
}

/** The capabilities of the Node worker itself; library and app add theirs. */
function defaultCapabilities(): Record<string, string> {
  return Object.fromEntries(
    [
      "RawHttpBodyBytes",
      "RpcHttpTriggerMetadataRemoved",
      "RpcHttpBodyOnly",
      "IgnoreEmptyValuedRpcHttpHeaders",
      "UseNullableValueDictionaryForHttp",
      "WorkerStatus",
      "TypedDataCollection",
      "HandlesWorkerTerminateMessage",
    ].map((name) => [name, "true"]),
  );
}
