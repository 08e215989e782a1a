import { readFileSync } from "node:fs";

/**
 * The process whose id a file contains; undefined if it is not running.
 *
 * @throws {Error} if there is no such file
 */
export function runningPid(file: string): number | undefined {
  const text = readFileSync(file, "utf8").trim();
  const pid = /^\d+$/.test(text) ? Number(text) : 0;
  if (pid < 2) return undefined;
  try {
    // Signal 0 asks only whether there is such a process.
    process.kill(pid, 0);
    return pid;
  } catch {
    return undefined;
  }
}
