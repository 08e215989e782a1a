import { readdirSync } from "node:fs";
import { folderToFill } from "./folder-option.ts";
import { fail } from "./run.ts";

/** What a staged app consists of. */
const STAGED: ReadonlySet<string> = new Set([
  "dist",
  "host.json",
  "node_modules",
  "package-lock.json",
  "package.json",
]);

/** The folder for a staged app, whose former files are deleted. Ends the process with one line if it has others. */
export function stagedFolder(option: string, text: string): string {
  const folder = folderToFill(option, text);
  const other = readdirSync(folder).find((name) => !STAGED.has(name));
  if (other === undefined) return folder;
  return fail(
    `${option} ${text}: it has ${other}, which is not of a staged app; name a new or an empty folder.`,
  );
}
