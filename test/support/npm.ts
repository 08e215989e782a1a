import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../tools/run.ts";

/** Commands as a person types them in a folder of their own: npm, npx and node, outside of test runner and npm script. */

/** npm and npx are command files on Windows, which only a shell starts. */
export const NEEDS_SHELL = process.platform === "win32";

// npm's settings say where the registry is; only those that name a folder of this repository stay behind.
const OF_THIS_RUN =
  /^(?:NODE_(?:OPTIONS|ENV|PATH|TEST|V8)|npm_(?!config_)|npm_config_(?:local_)?prefix$|VITEST|INIT_CWD|AzureWebJobs)/;

/** The environment of such a command: the Node that runs the tests is the first one. */
export function userEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.test(name));
  const programs = (process.env["PATH"] ?? "").split(path.delimiter);
  const PATH = [path.dirname(process.execPath), ...programs.filter((folder) => !folder.startsWith(ROOT))];
  return { ...Object.fromEntries(own), PATH: PATH.join(path.delimiter), ...extra };
}

/**
 * What a command writes; rejects with all of it if it fails.
 *
 * @param command program and arguments, none of which has a space
 */
export async function output(cwd: string, command: string, env?: NodeJS.ProcessEnv): Promise<string> {
  const [program = "", ...args] = command.split(" ");
  const options = { cwd, env: userEnvironment(env), shell: NEEDS_SHELL, maxBuffer: 2 ** 26 };
  try {
    const { stdout, stderr } = await promisify(execFile)(program, args, options);
    return stdout + stderr;
  } catch (error) {
    const { stdout, stderr } = error as { stdout: string; stderr: string };
    throw new Error(`${command}\n${stdout}\n${stderr}`, { cause: error });
  }
}

/** Whether a command failed because neither npm's cache nor the registry had what it needs. */
export function isUnreachable(error: unknown): boolean {
  return /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(String(error));
}
