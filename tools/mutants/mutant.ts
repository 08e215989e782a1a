import { createHash } from "node:crypto";

/** One change to one source file that a test should notice. */
export interface Mutant {
  /** From the repository's root, with `/`. */
  readonly file: string;
  readonly line: number;
  /** What was done, in a few words. */
  readonly what: string;
  /** The line before and after, without its indentation; whatever follows on further lines is left out. */
  readonly before: string;
  readonly after: string;
  /** The file with the change. */
  readonly source: string;
}

/** The same mutant in every run, as long as its line reads the same. */
export function keyOf({ file, before, after, what }: Omit<Mutant, "line" | "source">): string {
  return createHash("sha256")
    .update(JSON.stringify([file, what, before, after]))
    .digest("hex")
    .slice(0, 16);
}

/** A mutant of the text between two offsets. */
export function mutantAt(
  file: string,
  source: string,
  change: { readonly start: number; readonly end: number; readonly text: string; readonly what: string },
): Mutant {
  const { start, end, text, what } = change;
  const mutated = source.slice(0, start) + text + source.slice(end);
  const lineOf = (all: string) => {
    const from = all.lastIndexOf("\n", start - 1) + 1;
    const to = all.indexOf("\n", start);
    return all.slice(from, to < 0 ? undefined : to).trim();
  };
  const line = source.slice(0, start).split("\n").length;
  return { file, line, what, before: lineOf(source), after: lineOf(mutated), source: mutated };
}
