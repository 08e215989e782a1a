import { execFileSync } from "node:child_process";
import { cpus, loadavg } from "node:os";
import { ROOT } from "../run.ts";

/** As `2 × AMD EPYC`. */
export const processors = () => `${cpus().length} × ${cpus()[0]?.model ?? "unknown processor"}`;

/** The average number of processes that wanted a processor in the last minute; 0 on Windows, which does not count it. */
export const loadNow = () => loadavg()[0] ?? 0;

/** What figures depend on. Call it before the work, which is itself a load. */
export const computer = () =>
  `Commit ${commit()}, ${today()}; Node ${process.versions.node}, ${processors()}, load average before the run ${loadNow().toFixed(1)}`;

export const today = () => new Date().toISOString().slice(0, "2026-11-24".length);

/** With a `+` if files are changed. */
export function commit(): string {
  try {
    const git = (...args: readonly string[]) =>
      execFileSync("git", args, { cwd: ROOT, encoding: "utf8" }).trim();
    const changed = git("status", "--porcelain", "--untracked-files=no");
    return git("rev-parse", "--short", "HEAD") + (changed === "" ? "" : "+");
  } catch {
    return "unknown";
  }
}
