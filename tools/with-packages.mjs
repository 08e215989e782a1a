// Runs a program with the installed packages and the installed Node: `node tools/with-packages.mjs tools/start.ts …`.
// Every npm script begins with it, so that each can be the first one in a new clone, on any version of Node: plain
// JavaScript without dependencies. Installs the packages if they are missing or differ from package-lock.json.
import { execSync, spawn } from "node:child_process";
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
  install();
  runWithInstalledNode();
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

function install() {
  console.error("Installing dependencies (npm ci), once; this takes a minute or more …");
  try {
    // A shell command, because npm is a command file on Windows.
    execSync("npm ci --no-fund --no-audit --loglevel=error", {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
  } catch {
    console.error("npm ci failed; see above. Is the npm registry reachable?");
    process.exit(1);
  }
}

/** The Node that runs now was chosen before there was an installed one, and may be too old for the program. */
function runWithInstalledNode() {
  const node = `${root}/node_modules/node/bin/node`;
  const child = spawn(node, [...process.execArgv, program, ...args], { stdio: "inherit" });
  // A terminal sends Ctrl-C to both.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill());
  child.on("exit", (code) => process.exit(code ?? 1));
  if (process.env.npm_lifecycle_event === undefined) return;
  // npm passes a kill only to its shell, whose end makes another process the parent of this one. As in run.ts, which
  // cannot be loaded here: the Node that runs now may be too old for it.
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    child.kill();
  }, 200).unref();
}
