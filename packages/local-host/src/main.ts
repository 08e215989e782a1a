import { AppError } from "./app/app-error.ts";
import { messageOf } from "./errors.ts";
import { readAppFolder } from "./app/app-folder.ts";
import { AutomaticTime } from "./automatic-time.ts";
import { USAGE, readArguments } from "./cli/arguments.ts";
import type { Arguments, StoreChoice, TimeChoice } from "./cli/arguments.ts";
import { consoleLog } from "./cli/console-log.ts";
import { functionListing } from "./cli/function-listing.ts";
import { SystemClock } from "./clock.ts";
import { installedConsole } from "./console/installed-console.ts";
import type { Clock } from "./clock.ts";
import { createLocalHost } from "./host.ts";
import type { LocalHost } from "./host.ts";
import { MemoryStore } from "./stores/memory-store.ts";
import { StoreError } from "./stores/store.ts";
import type { Store } from "./stores/store.ts";
import { VirtualClock } from "./virtual-clock.ts";

try {
  const args = readArguments(process.argv.slice(2), process.cwd());
  if (args.help) console.log(USAGE);
  else await serve(args);
} catch (error) {
  // An error that the user can correct is shown as one line; any other is a bug of this host and is shown with its
  // stack.
  const isExpected = error instanceof AppError || error instanceof StoreError;
  console.error(isExpected ? messageOf(error).replaceAll(/\s*\n\s*/g, " ") : error);
  const wantsAll = process.argv.includes("--verbose");
  if (isExpected && wantsAll && error.cause !== undefined) console.error(error.cause);
  process.exit(1);
}

async function serve(args: Arguments): Promise<void> {
  const store = await openStore(args.store);
  // The worker runs an app's code in the app's folder; this process serves only that app.
  const { folder } = readAppFolder(args.app);
  process.chdir(folder);
  const page = await installedConsole(folder);
  const { clock, onCall, begin } = timeFor(args.time);
  const host = await createLocalHost({
    app: args.app,
    port: args.port,
    allowedHosts: args.allowedHosts,
    store: store.store,
    clock,
    engine: { strict: args.strict },
    log: consoleLog((line) => console.log(line), args.verbose),
    onCall,
    onFailure: () => process.exit(1),
    console: page,
    kill: args.killable ? killThisProcess : undefined,
  });
  stopOnSignal(host, store.close);
  await host.start();
  begin(() => host.idle());
  console.log(functionListing(host.app, host.routes, host.url));
  if (page !== undefined) console.log(`Console: ${host.url}`);
  console.log(`Serving ${host.app.folder} on ${host.url}. Ctrl-C stops.`);
}

/** As a crash, with nothing saved. The message tells the parent that a person wanted it. */
function killThisProcess(): void {
  process.send?.("restart", () => process.kill(process.pid, "SIGKILL"));
}

interface Time {
  readonly clock: Clock;
  readonly onCall?: () => void;
  /** Starts the clock once the host has started. */
  readonly begin: (idle: () => Promise<void>) => void;
}

function timeFor(choice: TimeChoice): Time {
  if (choice.kind === "real") return { clock: new SystemClock(), begin: () => undefined };
  const clock = new VirtualClock(choice.startAt);
  if (choice.kind === "paused") return { clock, begin: (idle) => clock.waitWith(idle) };
  const automatic = new AutomaticTime(clock);
  // A host without a running clock is useless, so a rejection here ends the process.
  return { clock, onCall: () => automatic.onCall(), begin: (idle) => void automatic.run(idle) };
}

/** A terminal sends Ctrl-C to every process, and npm passes it on once more. A person presses it again later. */
const SAME_CTRL_C_MS = 1000;

/** Running functions may finish, however many ask for the end at once; a later Ctrl-C ends the process immediately. */
function stopOnSignal(host: LocalHost, closeStore: () => void): void {
  let askedAt: number | undefined;
  const stop = (): void => {
    if (askedAt !== undefined) return;
    askedAt = performance.now();
    host.stop().then(
      () => {
        closeStore();
        process.exit(0);
      },
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on("SIGINT", () => {
    if (askedAt !== undefined && performance.now() - askedAt >= SAME_CTRL_C_MS) process.exit(130);
    stop();
  });
  process.on("SIGTERM", stop);
  onNpmKilled(stop);
}

/** npm and npx pass a kill only to their shell; without this, the process would continue without its parent. */
function onNpmKilled(stop: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    stop();
  }, 200).unref();
}

async function openStore(
  choice: StoreChoice,
): Promise<{ readonly store: Store; readonly close: () => void }> {
  if (choice.kind === "memory") return { store: new MemoryStore(), close: () => undefined };
  const { SqliteStore } = await import("./stores/sqlite-store.ts");
  const store = new SqliteStore(choice.file);
  return { store, close: () => store.close() };
}
