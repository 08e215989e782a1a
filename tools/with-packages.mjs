// Runs a program with the installed packages and the installed Node: `node tools/with-packages.mjs tools/start.ts …`.
// Every npm script begins with it, so that each can be the first one in a new clone, on any version of Node: plain
// JavaScript without dependencies. Installs the packages if they are missing or differ from package-lock.json.
import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import module from "node:module";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const [program = "", ...args] = process.argv.slice(2);
const parent = process.ppid;

// The compiled code is kept for the next start. An old Node cannot do so.
module.enableCompileCache?.();

if (isInstallDue()) {
  await install();
  // The Node that runs now was chosen before there was an installed one, and may be too old for the program.
  const node = `${root}/node_modules/node/bin/node`;
  process.exit((await run(node, [...process.execArgv, program, ...args])).code);
} else {
  // npm has already chosen the installed Node.
  process.argv.splice(1, 2, resolve(program));
  await import(pathToFileURL(resolve(program)).href);
}

/** Compares content, not times, because all files of a new clone have about the same time. */
function isInstallDue() {
  const lockOfInstalled = `${root}/node_modules/.package-lock.json`;
  if (!existsSync(lockOfInstalled)) return true;
  const packagesIn = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const installed = packagesIn(lockOfInstalled);
  const isMissing = ([path, { version, optional }]) =>
    path.startsWith("node_modules/") &&
    version !== installed[path]?.version &&
    !(optional && !installed[path]);
  return Object.entries(packagesIn(`${root}/package-lock.json`)).some(isMissing);
}

async function install() {
  console.error("Installing dependencies (npm ci), once; this takes a minute or more …");
  const command = "npm ci --no-fund --no-audit --loglevel=error".split(" ");
  const { code, isStopped } = await run(command.shift(), command, {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    // npm is a command file on Windows.
    shell: process.platform === "win32",
  });
  if (code === 0) return;
  if (!isStopped) console.error("npm ci failed; see above. Is the npm registry reachable?");
  process.exit(isStopped ? code : 1);
}

/** Runs a program to its end; one that is asked to stop must not go on without this process. */
function run(command, args, options = { stdio: "inherit" }) {
  let isStopped = false;
  const stop = () => {
    isStopped = true;
    clearInterval(watch);
    child.kill();
  };
  // A terminal sends Ctrl-C to both.
  const onCtrlC = () => (isStopped = true);
  // Before the program starts: a signal in between would end this process alone.
  process.on("SIGINT", onCtrlC);
  process.on("SIGTERM", stop);
  const child = spawn(command, args, options);
  const watch = setInterval(() => hasLostNpm() && stop(), 200).unref();
  return new Promise((resolve) => {
    child.on("error", () => resolve({ code: 127, isStopped }));
    // Ctrl-C may end the program before this process is told of it.
    child.on("exit", (code, signal) =>
      resolve({ code: code ?? 1, isStopped: isStopped || signal === "SIGINT" }),
    );
  }).finally(() => {
    clearInterval(watch);
    process.off("SIGINT", onCtrlC);
    process.off("SIGTERM", stop);
  });
}

/**
 * Whether the npm process of this script has been killed: npm passes a kill only to its shell, whose end makes another
 * process the parent of this one. As in run.ts, which cannot be loaded here: the Node that runs now may be too old for it.
 */
function hasLostNpm() {
  return process.env.npm_lifecycle_event !== undefined && process.ppid !== parent;
}
