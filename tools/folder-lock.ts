import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";

/**
 * Takes a lock of the operating system on a file in the folder, through SQLite: it ends with this process, however that
 * ends. Undefined if another process has it.
 */
export function lockFolder(folder: string, file: string): DatabaseSync | undefined {
  const lock = new DatabaseSync(join(folder, file));
  try {
    lock.exec("BEGIN EXCLUSIVE");
    return lock;
  } catch {
    lock.close();
    return undefined;
  }
}
