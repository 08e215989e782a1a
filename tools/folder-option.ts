import { accessSync, constants, existsSync, mkdirSync, statSync } from "node:fs";
import path, { dirname, resolve } from "node:path";
import { messageOf } from "./message-of.ts";
import { fail, ROOT } from "./run.ts";

/**
 * Ends the process with one line, before anything is built or started, if a path cannot be a folder, because it or one
 * of its parents is a file.
 */
export function checkFolder(option: string, text: string | undefined): void {
  if (text === undefined) return;
  // An empty text would mean the project's own folder.
  if (text.trim() === "") fail(`${option}: name a folder.`);
  const folder = nearestThere(resolve(ROOT, text), isThere);
  if (folder === undefined) return fail(`${option} ${text}: there is no such drive.`);
  if (!statSync(folder).isDirectory()) fail(`${option} ${text}: ${folder} is a file; name a folder.`);
}

/** The path of a folder that must be there. Ends the process with one line otherwise. */
export function folderToRead(option: string, text: string): string {
  checkFolder(option, text);
  const folder = resolve(ROOT, text);
  return isThere(folder)
    ? folder
    : fail(`${option} ${text}: there is no folder ${folder}; name another one.`);
}

/** The path of a folder, which is created. Ends the process with one line if nothing can be written there. */
export function folderToFill(option: string, text: string): string {
  checkFolder(option, text);
  const folder = resolve(ROOT, text);
  try {
    make(folder);
    accessSync(folder, constants.W_OK);
    return folder;
  } catch (error) {
    return fail(`${option} ${text}: ${messageOf(error)}.`);
  }
}

/** Level by level: Node tries for ever where the system has folders that it cannot create, as in /proc. */
function make(folder: string): void {
  if (existsSync(folder)) return;
  make(dirname(folder));
  mkdirSync(folder);
}

/**
 * A folder, or its nearest existing parent. Undefined for a missing drive on Windows.
 *
 * @param system path functions of the system
 */
export function nearestThere(
  folder: string,
  isThere: (folder: string) => boolean,
  system: path.PlatformPath = path,
): string | undefined {
  if (isThere(folder)) return folder;
  const parent = system.dirname(folder);
  return parent === folder ? undefined : nearestThere(parent, isThere, system);
}

/** `stat` throws for a path through a file, which does not exist either. */
function isThere(folder: string): boolean {
  try {
    return statSync(folder, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
