import { createHash } from "node:crypto";

/** A part of a source, and what its value must be. */
export interface Reached {
  readonly start: number;
  readonly end: number;
  readonly when: "run" | "truthy" | "falsy" | "nullish" | "statement";
}

/** One change to one source file that a test should notice. */
export interface Mutant {
  /** The same in every run, as long as its line does not change. */
  readonly key: string;
  /** Relative to the repository's root, with `/`. */
  readonly file: string;
  readonly line: number;
  /** A short description of the change. */
  readonly what: string;
  /** The line before and after, without its indentation; further lines are omitted. */
  readonly before: string;
  readonly after: string;
  /** The file with and without the change. */
  readonly source: string;
  readonly original: string;
  /** The part of the original that must run for the change to have an effect; unknown for hand-made mutants. */
  readonly reached?: Reached;
}

function keyOf(named: Pick<Mutant, "file" | "what" | "before" | "after">): string {
  const { file, what, before, after } = named;
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
  const named = { file, what, before: lineOf(source), after: lineOf(mutated) };
  return { key: keyOf(named), line, source: mutated, original: source, ...named };
}
