import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../../tools/run.ts";

/** One change of an orchestrator, or of a file that it imports. */
export interface SourceChange {
  readonly name: string;
  /** The file name must be unique under src/ and samples/. */
  readonly file: string;
  /** Each text must appear exactly once in the file. */
  readonly edits: readonly (readonly [from: string, to: string])[];
}

/**
 * The path from the root of the repository. It is found by the file's name, so that the change stays valid if the file
 * is moved.
 */
export function pathOf({ name, file }: SourceChange): string {
  const all = globSync(["src/**/*.ts", "samples/plain-sdk/src/**/*.ts"], { cwd: ROOT });
  const [path, ...others] = all.filter((each) => basename(each) === file);
  if (path === undefined || others.length > 0)
    throw new Error(`"${name}": ${file} does not exist exactly once`);
  return path;
}

/** The text of the changed file. */
export function changed(change: SourceChange): string {
  let text = readFileSync(join(ROOT, pathOf(change)), "utf8");
  for (const [from, to] of change.edits) {
    if (text.split(from).length !== 2) {
      throw new Error(`"${change.name}": "${from}" is not exactly once in ${change.file}`);
    }
    text = text.replace(from, () => to);
  }
  return text;
}
