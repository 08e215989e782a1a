import { type FSWatcher, readdirSync, watch } from "node:fs";
import { join } from "node:path";

/** Editors and `git checkout` write several files in a row. */
const QUIET_MS = 200;

/**
 * Calls `onChange` after each change below a folder, in place, by rename or by another folder in its place; never twice
 * at the same time. Each folder is watched by itself: Node's recursive watching follows files, and loses one that is
 * replaced, as editors do when they save.
 *
 * @returns ends the watching
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

  /** All of them anew, before the call: a folder that has gone and come again may look the same and is another one. */
  function watchAll(): void {
    const before = watchers;
    try {
      // An error later means that the folder has gone, of which its parent tells.
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

/** Folders come and go while they are looked at. */
function unlessGone<T>(look: () => T): T | undefined {
  try {
    return look();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
