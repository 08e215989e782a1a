import { randomBytes } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { setImmediate as nextTurn } from "node:timers/promises";
import { readAppFolder } from "./app/app-folder.ts";
import { loadApp } from "./app/load-app.ts";
import { modelOf } from "./app/loaded-app.ts";
import type { LoadedApp } from "./app/loaded-app.ts";
import type { CoreLog } from "./app/worker-core.ts";
import { SystemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { consoleAccess } from "./console/console-access.ts";
import type { ConsoleFactory } from "./console/installed-console.ts";
import { DEFAULT_STOP_GRACE_MS, Engine } from "./engine/engine.ts";
import { readEngineSettings } from "./engine/settings.ts";
import type { EngineSettings } from "./engine/settings.ts";
import type { TaskHub } from "./engine/task-hub.ts";
import { FrontEnd } from "./http/front-end.ts";
import { HttpServer } from "./http/http-server.ts";
import type { HttpRoute } from "./http/route-table.ts";
import { durableClientInput } from "./invocation/durable-client-input.ts";
import { DurableRunner } from "./invocation/durable-runner.ts";
import type { FunctionRunner } from "./invocation/function-runner.ts";
import { Invoker } from "./invocation/invoker.ts";
import type { OutputWriter } from "./invocation/output-writer.ts";
import type { LogSink } from "./invocation/log.ts";
import { ManagementApi } from "./management/management-api.ts";
import { MemoryStore } from "./stores/memory-store.ts";
import type { Store } from "./stores/store.ts";
import { WatchedStore } from "./stores/watched-store.ts";
import { AdminApi } from "./triggers/admin-api.ts";
import { BlobWebhook } from "./triggers/blob-webhook.ts";
import { FunctionCalls } from "./triggers/function-call.ts";
import { InputBindings } from "./triggers/input-bindings.ts";
import { Listeners } from "./triggers/listeners.ts";
import { OutputBindings } from "./triggers/output-bindings.ts";
import { StorageConnections } from "./triggers/storage-connection.ts";
import type { ListenerLog } from "./triggers/trigger-listener.ts";

export interface LocalHostOptions {
  /** The app's folder, or an app that is already loaded, which several hosts may share. */
  readonly app: string | LoadedApp;
  /** Default: `Host.LocalHttpPort` of the app's `local.settings.json`, else 7071. 0 takes any free port. */
  readonly port?: number | undefined;
  /** Where instances are kept; the caller closes it. Default: in memory, lost when the host ends. */
  readonly store?: Store | undefined;
  /** Default: the machine's clock. */
  readonly clock?: Clock | undefined;
  /**
   * Names that requests may give as their host, besides `localhost` and the loopback addresses: those of a tunnel or a
   * container, for example. `.name` also allows all names below it.
   */
  readonly allowedHosts?: readonly string[] | undefined;
  /** Default: nothing is shown. */
  readonly log?: LogSink | undefined;
  /** Override the settings of `host.json`. */
  readonly engine?: Partial<EngineSettings> | undefined;
  /** Wraps the runner of the app's durable functions; for tests. */
  readonly wrapRunner?: ((runner: FunctionRunner) => FunctionRunner) | undefined;
  /** How long `stop` waits for running requests, and then for durable functions, milliseconds each; default 5,000. */
  readonly stopGraceMs?: number | undefined;
  /**
   * Called when a request that may change something (any but GET and HEAD) begins, and when its response is complete.
   */
  readonly onCall?: (() => void) | undefined;
  /** Called once if the store or the engine fails; instances make no progress from then on. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** Served at `/` for browsers, and at `/runtime/console`. Default: no console. */
  readonly console?: ConsoleFactory | undefined;
  /** Kills this process for the console, so that it is started again. Default: the console cannot do that. */
  readonly kill?: (() => void) | undefined;
}

const DEFAULT_PORT = 7071;
const asItIs = (runner: FunctionRunner) => runner;

/**
 * Loads the app and opens the port; requests wait until `start`.
 *
 * @throws {AppError} when the app cannot be loaded or the port is taken
 */
export async function createLocalHost(options: LocalHostOptions): Promise<LocalHost> {
  // The port is opened before the app's code runs, because that code may need the address; `local.settings.json` may
  // set the port.
  const app = typeof options.app === "string" ? readAppFolder(options.app) : options.app;
  const server = await HttpServer.listen(options.port ?? app.localHttpPort ?? DEFAULT_PORT);
  try {
    return await LocalHost.compose(options, server);
  } catch (error) {
    await server.close(0);
    throw error;
  }
}

interface HostParts {
  readonly app: LoadedApp;
  /** Whether the app is terminated when this host stops. */
  readonly ownsApp: boolean;
  readonly server: HttpServer;
  readonly frontEnd: FrontEnd;
  readonly engine: Engine;
  readonly listeners: Listeners;
  readonly admin: AdminApi;
  readonly calls: FunctionCalls;
  readonly onCall: () => void;
  readonly stopGraceMs: number;
}

/** The Functions host and the Durable extension for one app, in this process. */
export class LocalHost {
  readonly app: LoadedApp;
  /** Used by the management API; tests may use it, too. */
  readonly hub: TaskHub;
  /** For tests: waits for instances, reports when nothing runs and what is due next. */
  readonly engine: Engine;
  readonly routes: readonly HttpRoute[];
  /** For example `http://127.0.0.1:7071`. */
  readonly url: string;
  readonly #parts: HostParts;
  #stopped: Promise<void> | undefined;

  private constructor(parts: HostParts) {
    this.app = parts.app;
    this.engine = parts.engine;
    this.hub = parts.engine.hub;
    this.routes = parts.frontEnd.routes;
    this.url = `http://${parts.server.authority}`;
    this.#parts = parts;
  }

  static async compose(options: LocalHostOptions, server: HttpServer): Promise<LocalHost> {
    const clock = options.clock ?? new SystemClock();
    const { log = () => undefined, onCall = () => undefined, kill } = options;
    const { stopGraceMs = DEFAULT_STOP_GRACE_MS, wrapRunner = asItIs } = options;
    const { authority } = server;
    const ownsApp = typeof options.app === "string";
    const coreLog: CoreLog = (level, category, message) =>
      log({ time: clock.now(), level, category, message });
    const app = await loadFor(authority, options.app, coreLog);
    const model = modelOf(app);
    const address = {
      origin: `http://${authority}`,
      hubName: app.settings.hubName,
      key: randomBytes(24).toString("base64url"),
    };
    const clientInput = durableClientInput(address);
    const connections = new StorageConnections(app);
    const invoker = new Invoker({
      app,
      model,
      log,
      now: () => clock.now(),
      binders: new Map([["durableclient", () => clientInput]]),
      inputs: new InputBindings({ environment: app.environment, connections, clock }),
    });
    const tell: ListenerLog = ({ name: functionName }, level, message) =>
      log({ time: clock.now(), level, category: "system", functionName, message });
    const outputs = new OutputBindings({ app, connections, clock, log: tell });
    const writeOutputs: OutputWriter = (...written) => outputs.write(...written);
    const runner = wrapRunner(new DurableRunner(app.functions, invoker, writeOutputs));
    const store = new WatchedStore(options.store ?? new MemoryStore());
    const engine = new Engine({
      runner,
      stopGraceMs,
      store,
      clock,
      settings: { ...readEngineSettings(app.settings.durableTask), ...options.engine },
      log: (level, category, message) =>
        log({ time: clock.now(), level, category: "system", message: `${category}: ${message}` }),
      onFailure: options.onFailure,
    });
    const calls = new FunctionCalls(invoker, outputs, clock);
    const listeners = new Listeners({ app, calls, connections, clock, log: tell });
    const shared = { app, clock, hub: engine.hub, runner };
    const admin = new AdminApi({ ...shared, calls, listeners, log: tell });
    const frontEnd = new FrontEnd({
      console: options.console?.(consoleAccess({ ...shared, address, store, connections, kill })),
      app,
      invoker,
      management: new ManagementApi({ ...shared, address }),
      admin,
      blobWebhook: new BlobWebhook(listeners.blobs),
      authority,
      allowedHosts: options.allowedHosts ?? [],
      writeOutputs,
      log: tell,
    });
    const parts = { app, ownsApp, server, frontEnd, engine, listeners, admin, calls, onCall, stopGraceMs };
    return new LocalHost(parts);
  }

  /** Resumes the work in the store and starts to handle requests. */
  async start(): Promise<void> {
    const { engine, listeners, server } = this.#parts;
    await engine.start();
    server.answerWith((request, response) => this.#serve(request, response));
    // Two turns, which start and commit the first work: the listeners load the libraries of storage, which takes longer
    // than all else here.
    await nextTurn();
    await nextTurn();
    listeners.start();
  }

  /**
   * Resolves when no function runs or is ready to run, HTTP functions excepted: only time or a call from outside can
   * change that.
   */
  async idle(): Promise<void> {
    const { calls, engine } = this.#parts;
    do {
      await calls.idle();
      await engine.idle();
    } while (!calls.isIdle);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { frontEnd, onCall } = this.#parts;
    if (request.method === "GET" || request.method === "HEAD") return frontEnd.serve(request, response);
    onCall();
    try {
      await frontEnd.serve(request, response);
    } finally {
      onCall();
    }
  }

  /**
   * Ends running requests and functions, then closes everything. The app's `appTerminate` hooks run last if this host
   * loaded it. Later calls wait for the first.
   */
  stop(): Promise<void> {
    this.#stopped ??= this.#stop();
    return this.#stopped;
  }

  async #stop(): Promise<void> {
    const { app, ownsApp, server, frontEnd, engine, listeners, admin, calls, stopGraceMs } = this.#parts;
    frontEnd.drain();
    calls.stop();
    await Promise.all([server.close(stopGraceMs), listeners.stop(), admin.idle()]);
    await engine.stop();
    frontEnd.close();
    if (ownsApp) await app.terminate();
  }
}

/** Loads the app for this host; an app that is already loaded gets the new address. */
async function loadFor(authority: string, app: string | LoadedApp, log: CoreLog): Promise<LoadedApp> {
  const loaded = typeof app === "string" ? await loadApp(app, { hostname: authority, log }) : app;
  // Handlers build links with the host's name; if it is missing, the SDK rewrites every management URL.
  loaded.environment.takeEffect({ WEBSITE_HOSTNAME: authority, AzureWebJobsScriptRoot: loaded.folder });
  return loaded;
}
