import type { StdioOptions } from "node:child_process";
import { checkPort, commandLine } from "./command-line.ts";
import { checkPortIsFree } from "./free-port.ts";
import { rememberApp } from "./local-storage.ts";
import { prepare } from "./prepare.ts";
import { fail, onNpmKilled, spawnCommand } from "./run.ts";

const HELP = `Usage: npm run start:func [-- options]

Builds the app and runs it on the real Functions host: Azurite, and "func start" of Azure Functions Core Tools
(from PATH, else through npx).

  --port N     port of the app (default 7071)
  --data DIR   folder for Azurite's data (default .local)
  --inspect    let a debugger attach to the host's Node worker, on port 9229 or on that of --inspect=PORT
  --help       show this text`;

const values = commandLine(HELP, {
  port: { type: "string", default: "7071" },
  data: { type: "string", default: ".local" },
  inspect: { type: "string" },
});

checkPort("--port", values.port);
checkPort("--inspect", values.inspect);
const { data, storage, env } = await prepare(values.data);
await checkPortIsFree(values.port);
await rememberApp(values.port, data);
console.log(storage.description);
if (values.inspect !== undefined) env["languageWorkers__node__arguments"] = `--inspect=${values.inspect}`;

const isInstalled = (await ended(spawnCommand("func --version", { stdio: "ignore" }))) === 0;
const program = isInstalled ? "func" : "npx --yes azure-functions-core-tools@4";
// Azurite ends after it.
const stdio: StdioOptions = ["inherit", "inherit", "inherit", storage.lifeline ?? "ignore"];
// Ctrl-C also reaches func; this process waits for its end and then stops what it started. Before func starts: a signal
// in between would end this process alone.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => func.kill());
const func = spawnCommand(`${program} start --port ${values.port}`, { stdio, env });
onNpmKilled(() => func.kill());
const code = await ended(func);
await storage.stop();
if (code !== 0 && !isInstalled) {
  fail(
    "Azure Functions Core Tools are missing and npx could not install them (their installer downloads from a CDN). " +
      "Install them (https://aka.ms/azure-functions-core-tools), or run: npm start",
  );
}
process.exitCode = code;

/** The exit code; 127, as in a shell, if the program does not exist. */
function ended(child: ReturnType<typeof spawnCommand>): Promise<number> {
  return new Promise((done) => {
    child.on("error", () => done(127));
    child.on("exit", (exitCode) => done(exitCode ?? 0));
  });
}
