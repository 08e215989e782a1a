import { closeSync, existsSync, openSync } from "node:fs";
import { fail } from "../run.ts";

/** Ends the process with one line, before anything is measured, if a file that is to be written is a folder or protected. */
export function checkFile(path: string): void {
  if (!existsSync(path)) return;
  try {
    closeSync(openSync(path, "r+"));
  } catch (error) {
    fail(`${path}: it cannot be written (${(error as NodeJS.ErrnoException).code}); move it elsewhere.`);
  }
}
