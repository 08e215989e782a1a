import { spawn, spawnSync } from "node:child_process";
import { checkFolder, checkPort, commandLine } from "./command-line.ts";
import { rememberApp } from "./local-storage.ts";
import { prepare } from "./prepare.ts";
import { fail, ROOT } from "./run.ts";

const HELP = `Usage: npm run start:func [-- options]

Builds the app and runs it on the real Functions host: Azurite, and "func start" of Azure Functions Core Tools
(from PATH, else through npx).

  --port N     port of the app (default 7071)
  --data DIR   folder for Azurite's data (default .local)
  --help       this text`;

const values = commandLine(HELP, {
  port: { type: "string", default: "7071" },
  data: { type: "string", default: ".local" },
});

checkPort("--port", values.port);
checkFolder("--data", values.data);
const { data, storage, env } = await prepare(values.data);
await rememberApp(values.port, data);
console.log(storage.description);

const isInstalled = spawnSync("func", ["--version"], { shell: process.platform === "win32" }).status === 0;
const [program, ...args] = isInstalled ? ["func"] : ["npx", "--yes", "azure-functions-core-tools@4"];
const func = spawn(program ?? "func", [...args, "start", "--port", values.port], {
  cwd: ROOT,
  stdio: "inherit",
  shell: process.platform === "win32",
  env,
});
// Ctrl-C reaches func by itself; this process waits for it and then stops what it started.
process.on("SIGINT", () => undefined);
process.on("SIGTERM", () => func.kill("SIGTERM"));
const code = await new Promise<number>((done) => {
  func.on("error", () => done(127));
  func.on("exit", (exitCode) => done(exitCode ?? 0));
});
await storage.stop();
if (code !== 0 && !isInstalled) {
  fail(
    "Azure Functions Core Tools are missing and npx could not bring them (their installer downloads from a CDN). " +
      "Install them (https://aka.ms/azure-functions-core-tools), or run: npm start",
  );
}
process.exitCode = code;
