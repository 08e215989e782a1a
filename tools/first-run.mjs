// The first thing every npm script runs, on whatever Node the machine has: it installs what is missing, then
// hands over to the pinned Node. Plain JavaScript without dependencies, because neither may be there yet.
import { spawn, spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const installed = join(root, "node_modules", ".package-lock.json");
const pinnedNode = join(
  root,
  "node_modules",
  "node",
  "bin",
  process.platform === "win32" ? "node.exe" : "node",
);

if (isInstallDue()) {
  console.error("Installing dependencies (npm ci), once …");
  const { status, error } = spawnSync("npm", ["ci", "--no-fund", "--no-audit", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (error) fail(`npm could not be started: ${error.message}`);
  if (status !== 0) fail("npm ci failed; see above. Is the npm registry reachable?");
}

const [program, ...args] = process.argv.slice(2);
const node = existsSync(pinnedNode) ? pinnedNode : process.execPath;
if (node === process.execPath && Number(process.versions.node.split(".")[0]) < 22) {
  fail(`Node ${process.versions.node} is too old and the pinned one is not installed. Run: npm ci`);
}
// The worker library keeps its private fields in WeakMaps, which the collector of young objects pays for: with a
// young generation of this size the host runs two to three times as many invocations a second.
const flags = [
  "--disable-warning=ExperimentalWarning",
  "--min-semi-space-size=64",
  "--max-semi-space-size=128",
];
const endWithParent = `--import=${pathToFileURL(join(root, "tools", "end-with-parent.mjs"))}`;
const child = spawn(node, [...flags, endWithParent, join(root, program), ...args], {
  stdio: ["inherit", "inherit", "inherit", "ipc"],
});
const watch = watchNpm(() => child.kill("SIGTERM"));
// The terminal sends Ctrl-C to the whole process group: the child stops by itself, and this process waits for it.
for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) {
  process.on(signal, () => {
    clearInterval(watch);
    if (signal !== "SIGINT") child.kill(signal);
  });
}
child.on("error", (error) => fail(`${node} could not be started: ${error.message}`));
child.on("exit", (code, signal) => {
  process.exitCode = code ?? 128 + ({ SIGINT: 2, SIGTERM: 15, SIGKILL: 9 }[signal] ?? 1);
});

/**
 * Calls `onGone` if the npm that runs this script is killed: it can pass on neither kill -9 nor, through its shell, a
 * plain kill. Where a shell stands between, it lives on without npm, so that /proc has to tell who started it; shells
 * elsewhere than on Linux give their place to the script.
 */
function watchNpm(onGone) {
  if (process.env.npm_lifecycle_event === undefined) return undefined;
  const parent = process.ppid;
  const npm = procFile(parent, "cmdline").includes("first-run.mjs") ? parentOf(parent) : undefined;
  const watch = setInterval(() => {
    if (process.ppid === parent && (npm === undefined || parentOf(parent) === npm)) return;
    clearInterval(watch);
    onGone();
  }, 200);
  return watch.unref();
}

function parentOf(pid) {
  return /^PPid:\s*(\d+)/m.exec(procFile(pid, "status"))?.[1];
}

/** Empty for a process that is gone, and where there is no /proc. */
function procFile(pid, name) {
  try {
    return readFileSync(`/proc/${pid}/${name}`, "utf8");
  } catch {
    return "";
  }
}

/** Compares content, not times: a fresh clone gives all files about the same time. */
function isInstallDue() {
  if (!existsSync(installed)) return true;
  if (statSync(installed).mtimeMs >= statSync(join(root, "package-lock.json")).mtimeMs) return false;
  const packages = (file) => JSON.parse(readFileSync(file, "utf8")).packages;
  const locked = packages(join(root, "package-lock.json"));
  const present = packages(installed);
  return Object.keys(present).some((name) => present[name].version !== locked[name]?.version);
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
