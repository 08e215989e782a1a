import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const folders: string[] = [];

/** A new folder that is deleted when this process ends, also if it is stopped in the middle. */
export function scratchFolder(name: string, parent = tmpdir()): string {
  if (folders.length === 0) process.once("exit", deleteAll);
  const folder = mkdtempSync(join(parent, `${name}-`));
  folders.push(folder);
  return folder;
}

function deleteAll(): void {
  for (const folder of folders) rmSync(folder, { recursive: true, force: true });
}
