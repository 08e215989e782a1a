import { globSync, readFileSync } from "node:fs";
import { basename, join } from "node:path";
import { ROOT } from "../../tools/run.ts";

/** One change of an orchestrator, or of a file that it imports. */
export interface SourceChange {
  readonly name: string;
  /** The file name must be unique under src/ and samples/. */
  readonly file: string;
  /**
   * A text must appear exactly once in the file. Of a global pattern, such as a variable to rename, all matches are
   * replaced.
   */
  readonly edits: readonly (readonly [from: string | RegExp, to: string])[];
}

/**
 * The path from the root of the repository. It is found by the file's name, so that the change stays valid if the file
 * is moved.
 */
export function pathOf({ name, file }: SourceChange): string {
  const all = globSync(["src/**/*.ts", "samples/plain-sdk/src/**/*.ts"], { cwd: ROOT });
  const [path, ...others] = all.filter((each) => basename(each) === file);
  if (path === undefined || others.length > 0)
    throw new Error(
      `The seeded change "${name}" in test/replay/changes/: ${file} does not exist exactly once`,
    );
  return path;
}

/** The text of the changed file. @throws {Error} if the change does not fit the file any more */
export function changed(change: SourceChange): string {
  const text = readFileSync(join(ROOT, pathOf(change)), "utf8");
  return change.edits.reduce((edited, [from, to]) => {
    const found = countOf(from, edited);
    if (found === 1 || (found > 1 && from instanceof RegExp && from.global)) {
      return edited.replace(from, () => to);
    }
    throw new Error(
      `The seeded change "${change.name}" in test/replay/changes/ does not fit ${change.file} any more: ` +
        `${String(from)} is in it ${found} times. Edit that change, so that it makes the same fault in the new code.`,
    );
  }, text);
}

function countOf(from: string | RegExp, text: string): number {
  if (typeof from === "string") return text.split(from).length - 1;
  return [...text.matchAll(new RegExp(from, from.global ? from.flags : `${from.flags}g`))].length;
}
