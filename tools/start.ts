import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { poll } from "../src/durable/client/poll.ts";
import { checkPort, commandLine } from "./command-line.ts";
import { checkPortIsFree } from "./free-port.ts";
import { HOST_FLAGS } from "./host-process.ts";
import { rememberApp } from "./local-storage.ts";
import { prepare } from "./prepare.ts";
import { bin, buildApp, END_WITH_PARENT, fail, ROOT } from "./run.ts";
import { onStopAsked } from "./stop-on-signals.ts";
import { SupervisedHost } from "./supervised-host.ts";
import { isAppAt } from "./tour/api.ts";
import { watchFolder } from "./watch-folder.ts";

const HELP = `Usage: npm start [-- options]      npm run dev [-- options]

Builds the app and runs it on the local host, with an Azurite for its storage. Ctrl-C stops everything.

  --port N     port of the app (default 7071)
  --allow-host NAME
               answer to this name, too, such as that of a tunnel; otherwise only to localhost and 127.0.0.1
  --data DIR   folder of all state, of Azurite and the task hub (default .local); with another folder and port
               a second app can run at the same time
  --watch      build and restart on every change in src/ (what npm run dev does)
  --inspect    let a debugger attach to the host process, on port 9229 or on that of --inspect=PORT
  --verbose    also show the log messages of host and library
  --help       show this text`;

const values = commandLine(HELP, {
  port: { type: "string", default: "7071" },
  "allow-host": { type: "string", multiple: true, default: [] },
  data: { type: "string", default: ".local" },
  watch: { type: "boolean", default: false },
  inspect: { type: "string" },
  verbose: { type: "boolean", default: false },
});

checkPort("--port", values.port);
checkPort("--inspect", values.inspect);
const { data, storage, env } = await prepare(values.data);
console.log(`${storage.description}; state in ${data}`);
await checkPortIsFree(values.port);
await rememberApp(values.port, data);
const base = `http://127.0.0.1:${values.port}`;
// The console shows the mails of the sandbox, whose links decide. Only here: a deployed app has no console.
env["DURABLE_CONSOLE_OUTBOX"] ??= `${env["SHOP_STORAGE_PREFIX"] ?? "shop"}-outbox`;

const inspect = values.inspect === undefined ? [] : [`--inspect=${values.inspect}`];
let hasChanged = false;
const host = new SupervisedHost(spawnHost, (code) => void exit(code));
void sayWhatToTry();
// Told twice of a Ctrl-C in a terminal, the host takes it as one; a Ctrl-C of others reaches only this process.
onStopAsked(
  () => host.stop(),
  // It may have ended already, and Azurite not.
  (code) => (host.isRunning ? host.kill() : process.exit(code)),
);
if (values.watch) restartOnChange();

function spawnHost(): ChildProcess {
  const store = `sqlite:${join(data, "task-hub.db")}`;
  return spawn(
    process.execPath,
    [
      END_WITH_PARENT,
      ...HOST_FLAGS,
      ...inspect,
      bin("durable-local-host"),
      "--app",
      ROOT,
      "--port",
      values.port,
      "--store",
      store,
      "--killable",
      ...values["allow-host"].flatMap((name) => ["--allow-host", name]),
      ...(values.verbose ? ["--verbose"] : []),
    ],
    // With the channel and the module, it ends with this process, and Azurite after it.
    { stdio: ["inherit", "inherit", "inherit", "ipc", storage.lifeline ?? "ignore"], env },
  );
}

async function exit(code: number): Promise<void> {
  // A change that cannot be loaded is followed by one that can.
  if (hasChanged && code !== 0)
    return console.log("The host has ended; it starts again with the next change.");
  await storage.stop();
  process.exit(code);
}

async function sayWhatToTry(): Promise<void> {
  const isReady = await poll(async () => (host.isRunning ? (await isAppAt(base)) || undefined : false), {
    timeoutMs: 60_000,
    firstPauseMs: 100,
    longestPauseMs: 100,
  });
  if (!isReady) return;
  console.log(`
Ready on ${base}. Open it in a browser: the console. Or try, in a second terminal:

  npm run tour${values.port === "7071" ? "" : ` -- --base ${base}`}
  curl ${base}/api/catalog

The tour causes faults on purpose: the app logs them here as warnings and errors.
`);
}

function restartOnChange(): void {
  watchFolder(join(ROOT, "src"), rebuild, (error) => fail(`src/ cannot be watched: ${error.message}`));
}

async function rebuild(): Promise<void> {
  if ((await buildApp()) !== 0) return console.log("Not restarted: the app does not compile.");
  console.log("Restarting …");
  hasChanged = true;
  host.restart();
}
