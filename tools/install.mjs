// Installs the packages if they are missing or differ from package-lock.json. It runs before the first scripts of a new
// user, on any version of Node: plain JavaScript without dependencies.
import { execSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));

if (isInstallDue()) {
  console.error("Installing dependencies (npm ci), once …");
  try {
    // A shell command, because npm is a command file on Windows.
    execSync("npm ci --no-fund --no-audit --loglevel=error", {
      cwd: root,
      stdio: ["ignore", "inherit", "inherit"],
    });
  } catch {
    console.error("npm ci failed; see above. Is the npm registry reachable?");
    process.exitCode = 1;
  }
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
