import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { globSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { bundleHost } from "./bundle-host.ts";
import { CONSOLE, digestOfPage, isPageBuiltFrom, rememberPage } from "./page-inputs.ts";

/** Root folder of the repository. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Path of a program of an installed package, for example `bin("typescript", "tsc")`. */
export function bin(packageName: string, program = packageName): string {
  // Read as a file: packages need not export their manifest.
  const folder = join(ROOT, "node_modules", packageName);
  const manifest = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as {
    readonly bin?: string | Readonly<Record<string, string>>;
  };
  const path = typeof manifest.bin === "string" ? manifest.bin : manifest.bin?.[program];
  if (!path) throw new Error(`${packageName} has no program ${program}`);
  return join(folder, path);
}

/** Makes a process with an IPC channel end when the channel closes: with its parent, or by `disconnect()`. */
export const END_WITH_PARENT = `--import=${new URL("end-with-parent.mjs", import.meta.url).href}`;

/** Runs a Node program from the repository's root with this process's Node; returns its exit code. */
export function runNode(args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    // With the channel and the module, it ends with this process.
    const child = spawn(process.execPath, [END_WITH_PARENT, ...args], {
      cwd: ROOT,
      stdio: ["inherit", "inherit", "inherit", "ipc"],
      ...options,
    });
    child.on("error", reject);
    onNpmKilled(() => child.connected && child.disconnect());
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

/**
 * Calls `callback` when the npm process of this script has been killed: npm passes the kill only to its shell, and the
 * script would continue. Never called outside of an npm script, or on Windows, where the id of the parent does not
 * change.
 */
export function onNpmKilled(callback: () => void): void {
  if (process.env["npm_lifecycle_event"] === undefined) return;
  const parent = process.ppid;
  const watch = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(watch);
    callback();
  }, 200).unref();
}

/**
 * Starts a program that may be a command file: npm, npx and func are command files on Windows, which only a shell can
 * start.
 *
 * @param command program and arguments, none of which has a space or a quote
 */
export function spawnCommand(command: string, options: SpawnOptions = {}): ChildProcess {
  const { program, args, shell } = startOf(command, process.platform);
  return spawn(program, args, { cwd: ROOT, ...options, shell });
}

/**
 * How such a program is started on a platform. On Windows it is one line, because with a shell Node warns about
 * separate arguments.
 */
export function startOf(command: string, platform: NodeJS.Platform) {
  if (platform === "win32") return { program: command, args: [], shell: true };
  const [program = "", ...args] = command.split(" ");
  return { program, args, shell: false };
}

/**
 * The folder for files of tools. Not in node_modules, because the Functions host restarts when anything there changes.
 */
export const LOCAL = join(ROOT, ".local");

/**
 * Builds, and then runs the test runner, because all of its projects need the build. Node itself loads the runner's
 * settings, which would otherwise be compiled into node_modules.
 */
export async function runVitest(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  // `npm run check` checks types, so this build only emits code.
  if ((await buildApp("--noCheck")) !== 0) return 1;
  const command = [bin("vitest"), "run", "--configLoader", "native", ...args];
  return runNode(command, { env: { ...process.env, ...env } });
}

/** Builds the app, as for a deployment, and the packages. Returns the exit code of the failed step, or 0. */
export function buildApp(...flags: readonly string[]): Promise<number> {
  return build(["tsconfig.build.json", ...packageProjects()], flags);
}

/** Builds only the packages. Returns the exit code of the failed step, or 0. */
export function buildPackages(): Promise<number> {
  return build(packageProjects());
}

const packageProjects = () => globSync("packages/*/tsconfig.build.json", { cwd: ROOT });

async function build(projects: readonly string[], flags: readonly string[] = []): Promise<number> {
  // Before any host starts, because the Functions host also restarts when a new top-level folder appears.
  mkdirSync(LOCAL, { recursive: true });
  const codes = await Promise.all([
    runNode([bin("typescript", "tsc"), "--build", ...projects, ...flags]),
    buildPage(),
  ]);
  const failed = codes.find((code) => code !== 0) ?? 0;
  if (failed === 0) await bundleHost();
  return failed;
}

/** Builds the console's page, unless it is already built from the same files. Returns the exit code. */
async function buildPage(): Promise<number> {
  const inputs = digestOfPage();
  if (isPageBuiltFrom(inputs)) return 0;
  // Node itself loads the settings, which would otherwise be compiled into node_modules.
  const flags = [
    "--config",
    join(CONSOLE, "vite.config.ts"),
    "--configLoader",
    "native",
    "--logLevel",
    "warn",
  ];
  const code = await runNode([bin("vite"), "build", join(CONSOLE, "src/page"), ...flags]);
  if (code === 0) rememberPage(inputs);
  return code;
}

/** Ends the process with one line that contains the error and the remedy. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
