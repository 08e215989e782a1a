import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { ROOT } from "../../tools/run.ts";

/**
 * Commands as a user types them in another folder: npm, npx and node, independent of the test runner and npm scripts.
 */

/** npm and npx are command files on Windows, which only a shell can start. */
export const NEEDS_SHELL = process.platform === "win32";

// npm's settings contain the registry's address; only settings that contain a folder of this repository are removed.
const OF_THIS_RUN =
  /^(?:NODE_(?:OPTIONS|ENV|PATH|TEST|V8)|npm_(?!config_)|npm_config_(?:local_)?prefix$|VITEST|INIT_CWD|AzureWebJobs)/;

/** The environment for such a command; the Node that runs the tests is first in the PATH. */
export function userEnvironment(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !OF_THIS_RUN.test(name));
  const programs = (process.env["PATH"] ?? "").split(path.delimiter);
  const PATH = [path.dirname(process.execPath), ...programs.filter((folder) => !folder.startsWith(ROOT))];
  return { ...Object.fromEntries(own), PATH: PATH.join(path.delimiter), ...extra };
}

/**
 * Returns the output of a command; rejects with the output if it fails.
 *
 * @param command program and arguments, none of which contains a space
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

/** Whether a command failed because neither npm's cache nor the registry had a package. */
export function isUnreachable(error: unknown): boolean {
  return /ENOTCACHED|ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ETIMEDOUT|ECONNRESET/.test(String(error));
}
