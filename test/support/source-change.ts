import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../../tools/run.ts";

/** One change of an orchestrator, or of a file that it imports. */
export interface SourceChange {
  readonly name: string;
  /** Its name is the only one of its kind under src/ and samples/. */
  readonly file: string;
  /** Each text is once in the file. */
  readonly edits: readonly (readonly [from: string, to: string])[];
}

/** Below the root of the repository. Found by its name: files move, and a change still means the same. */
export function pathOf({ name, file }: SourceChange): string {
  const all = globSync(["src/**/*.ts", "samples/plain-sdk/src/**/*.ts"], { cwd: ROOT });
  const [path, ...others] = all.filter((each) => basename(each) === file);
  if (path === undefined || others.length > 0) throw new Error(`"${name}": ${file} is not there once`);
  return path;
}

/** The text of the changed file. */
export function changed(change: SourceChange): string {
  let text = readFileSync(join(ROOT, pathOf(change)), "utf8");
  for (const [from, to] of change.edits) {
    if (text.split(from).length !== 2) {
      throw new Error(`"${change.name}": "${from}" is not once in ${change.file}`);
    }
    text = text.replace(from, () => to);
  }
  return text;
}
