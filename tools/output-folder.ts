import { createHash } from "node:crypto";
import { readdirSync, rmSync } from "node:fs";
import { basename, join } from "node:path";
import process from "node:process";
import { lockFolder } from "./folder-lock.ts";
import { folderToFill } from "./folder-option.ts";
import { fail, LOCAL } from "./run.ts";

/** A lock that nobody refers to is released with the next garbage collection. */
const held: object[] = [];

const LOCK = "run.lock";
/** A folder with one of these is from an earlier run, whose files may be deleted. */
const OF_A_RUN: ReadonlySet<string> = new Set([
  LOCK,
  "crash-report.md",
  "load-report.md",
  "history.jsonl",
  "peers.md",
]);

/** The folder that a run fills. */
export interface OutputFolder {
  readonly path: string;
  /** For the app of this run, until its end: below the repository, where it finds its packages. */
  readonly app: string;
}

/**
 * Creates the folder of `--output`, for this run alone. Ends the process with one line if that is not possible, before
 * anything in the folder is changed.
 */
export function outputFolder(text: string): OutputFolder {
  const path = folderToFill("--output", text);
  const before = readdirSync(path);
  if (before.length > 0 && !before.some((name) => OF_A_RUN.has(name))) {
    return fail(
      `--output ${text}: it has files that are not from such a run; name a new or an empty folder.`,
    );
  }
  // Two runs with one output would delete each other's files; those with two have an app each, so that the hosts of one
  // never start from what the other has just built.
  const lock = lockFolder(path, LOCK);
  if (!lock) return fail(`--output ${text}: another run uses it; name another folder.`);
  held.push(lock);
  const digest = createHash("sha256").update(path).digest("hex").slice(0, 8);
  const app = join(LOCAL, `app-of-${basename(path)}-${digest}`);
  process.on("exit", () => rmSync(app, { recursive: true, force: true }));
  return { path, app };
}
