import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/** Editors and `git checkout` write several files in a row. */
const QUIET_MS = 200;

/**
 * Calls `onChange` after each change below a folder, also after a rename or a replaced folder; never twice at the same
 * time. Each folder is watched separately: Node's recursive mode watches files, and loses a file that is replaced, as
 * editors do when they save.
 *
 * @returns a function that stops watching
 */
export function watchFolder(
  root: string,
  onChange: () => Promise<void>,
  onError: (error: Error) => void,
): () => void {
  let watchers: FSWatcher[] = [];
  let due: NodeJS.Timeout | undefined;
  let running = Promise.resolve();

  function changed(): void {
    clearTimeout(due);
    due = setTimeout(() => {
      watchAll();
      running = running.then(onChange);
    }, QUIET_MS);
  }

  /** Watches all folders again before the call, because a replaced folder looks the same but is another one. */
  function watchAll(): void {
    const before = watchers;
    try {
      // A later error means that the folder was deleted, which its parent reports.
      watchers = foldersBelow(root).flatMap(
        (folder) => unlessGone(() => watch(folder, changed).on("error", () => undefined)) ?? [],
      );
    } catch (error) {
      onError(error as Error);
    }
    for (const watcher of before) watcher.close();
  }

  watchAll();
  return () => {
    clearTimeout(due);
    for (const watcher of watchers) watcher.close();
  };
}

function foldersBelow(folder: string): string[] {
  const entries = unlessGone(() => readdirSync(folder, { withFileTypes: true })) ?? [];
  const below = entries.filter((entry) => entry.isDirectory());
  return [folder, ...below.flatMap(({ name }) => foldersBelow(join(folder, name)))];
}

/** Folders may be deleted while they are read. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
