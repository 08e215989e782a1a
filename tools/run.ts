import { type ChildProcess, spawn, type SpawnOptions } from "node:child_process";
import { globSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Root folder of the repository. */
export const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** Path of a program that an installed package brings, for example `bin("typescript", "tsc")`. */
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

/** Has a process that is started with an IPC channel end when the channel does: with its starter, or by `disconnect()`. */
export const END_WITH_PARENT = `--import=${new URL("end-with-parent.mjs", import.meta.url).href}`;

/** Runs a Node program from the repository's root with this process's Node; answers its exit code. */
export function runNode(args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  return new Promise((resolve, reject) => {
    // With the channel and the module, it does not outlive this process.
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
 * Calls back when the npm that runs this script has been killed: npm passes that on to its shell alone, and the script
 * would live on. Never outside of an npm script, nor on Windows, where the id of the parent stays the same.
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
 * Starts a program that need not be a binary: npm, npx and func are command files on Windows, which only a shell starts.
 *
 * @param command program and arguments, none of which has a space or a quote
 */
export function spawnCommand(command: string, options: SpawnOptions = {}): ChildProcess {
  const { program, args, shell } = startOf(command, process.platform);
  return spawn(program, args, { cwd: ROOT, ...options, shell });
}

/** How such a program is started on a platform. Windows gets one line: with a shell, Node warns of separate arguments. */
export function startOf(command: string, platform: NodeJS.Platform) {
  if (platform === "win32") return { program: command, args: [], shell: true };
  const [program = "", ...args] = command.split(" ");
  return { program, args, shell: false };
}

/** Where tools keep what is theirs. The Functions host of Azure starts again when anything in node_modules changes. */
export const LOCAL = join(ROOT, ".local");

/**
 * Builds, then runs the test runner: its projects are set up at the same time, and each needs what is built. Node itself
 * reads the runner's settings, which it would write to node_modules first.
 */
export async function runVitest(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<number> {
  // Types are checked by `npm run check`; here only the code counts.
  if ((await buildApp("--noCheck")) !== 0) return 1;
  const command = [bin("vitest"), "run", "--configLoader", "native", ...args];
  return runNode(command, { env: { ...process.env, ...env } });
}

/** Compiles the app, as for a deployment, and the packages. Answers the compiler's exit code. */
export function buildApp(...flags: readonly string[]): Promise<number> {
  // Before any host starts: that of Azure also starts again when a folder appears at the top.
  mkdirSync(LOCAL, { recursive: true });
  const projects = ["tsconfig.build.json", ...globSync("packages/*/tsconfig.build.json", { cwd: ROOT })];
  return runNode([bin("typescript", "tsc"), "--build", ...projects, ...flags]);
}

/** Ends the process with one line of what is wrong and what to do about it. */
export function fail(message: string): never {
  console.error(message);
  process.exit(1);
}
