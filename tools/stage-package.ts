import { execSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { bundleApp, NATIVE_DEPENDENCIES } from "./bundle.ts";
import { commandLine } from "./command-line.ts";
import { fail, ROOT } from "./run.ts";
import { stagedFolder } from "./staged-folder.ts";

const HOST_FILES: Readonly<Record<string, string>> = {
  azureStorage: "host.json",
  durableTaskScheduler: "host.dts.json",
};

const HELP = `Usage: node tools/stage-package.ts [options]

Stages the complete deployment: the app as a bundle with source maps, host.json, package.json with its lock file,
and in node_modules the only dependency with native code, for Linux on x64, on any build system. Nothing is built
or installed on Azure.

  --backend NAME  ${Object.keys(HOST_FILES).join(" or ")} (default DURABLE_BACKEND, else azureStorage)
  --out DIR       default .local/package, which azure.yaml names
  --help          show this text`;

interface LockedPackage {
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type LockedPackages = Readonly<Record<string, LockedPackage>>;

const values = commandLine(HELP, {
  backend: { type: "string", default: process.env["DURABLE_BACKEND"] || "azureStorage" },
  out: { type: "string", default: join(".local", "package") },
});

// The scale controller of Azure reads the file and not settings that override it, so the backend must be in the file.
const hostFile = HOST_FILES[values.backend];
if (!hostFile) fail(`No such backend: ${values.backend}. Choose ${Object.keys(HOST_FILES).join(" or ")}.`);

const out = stagedFolder("--out", values.out);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
await bundleApp(join(out, "dist"));
cpSync(join(ROOT, hostFile), join(out, "host.json"));
writeManifests();
installNativeDependencies();
console.log(`${relative(ROOT, out)}: the app for ${values.backend} (${hostFile})`);

/** With the versions of the lock file. Without scripts, because nothing needs a build. */
function writeManifests(): void {
  const { name, version, private: isPrivate, type, main, engines } = readJson("package.json");
  const lock = readJson("package-lock.json") as { packages: LockedPackages };
  const dependencies = Object.fromEntries(
    NATIVE_DEPENDENCIES.map((dependency) => [
      dependency,
      lock.packages[`node_modules/${dependency}`]?.version,
    ]),
  );
  const root = { name, version, engines, dependencies };
  writeJson("package.json", { name, version, private: isPrivate, type, main, engines, dependencies });
  writeJson("package-lock.json", { ...lock, packages: { "": root, ...lockedNative(lock.packages) } });
}

/** The lock file's entries for the native dependencies, of all platforms. */
function lockedNative(packages: LockedPackages): LockedPackages {
  const found = new Map<string, LockedPackage>();
  const visit = (name: string, from: string) => {
    const path = pathOf(packages, name, from);
    const entry = path === undefined ? undefined : packages[path];
    if (path === undefined || entry === undefined || found.has(path)) return;
    found.set(path, entry);
    for (const next of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      visit(next, path);
    }
  };
  for (const dependency of NATIVE_DEPENDENCIES) visit(dependency, "");
  return Object.fromEntries([...found].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** Where Node finds a package from the folder of another one. */
function pathOf(packages: LockedPackages, name: string, from: string): string | undefined {
  const folders = from.split(/(?=\/node_modules\/)/).filter((part) => part !== "");
  for (let depth = folders.length; depth >= 0; depth -= 1) {
    const path = [...folders.slice(0, depth), `node_modules/${name}`].join("/").replaceAll("//", "/");
    if (packages[path]) return path;
  }
  return undefined;
}

/**
 * Exactly the versions of the lock file, for the platform of Flex Consumption. Without install scripts, which would
 * build for this machine.
 */
function installNativeDependencies(): void {
  const platform = ["--os=linux", "--cpu=x64", "--libc=glibc", "--ignore-scripts"];
  const quiet = ["--prefer-offline", "--no-audit", "--no-fund", "--loglevel=error"];
  try {
    // A shell command, because npm is a command file on Windows.
    execSync(["npm ci", ...platform, ...quiet].join(" "), {
      cwd: out,
      stdio: ["ignore", "inherit", "inherit"],
    });
  } catch {
    fail("npm could not install the native dependencies; see above.");
  }
}

function writeJson(name: string, content: unknown): void {
  writeFileSync(join(out, name), `${JSON.stringify(content, null, 2)}\n`);
}

function readJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, name), "utf8")) as Record<string, unknown>;
}
