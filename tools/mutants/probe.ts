import { stripTypeScriptTypes } from "node:module";
import type { Mutant, Reached } from "./mutant.ts";

/** Code that writes the number of a reached part to the file, from any process. */
const prelude = (noteFile: string) =>
  "globalThis.mutantReached ??= ((seen, { appendFileSync }) => (number) => { " +
  `if (!seen.has(number)) { seen.add(number); appendFileSync(${JSON.stringify(noteFile)}, number + "\\n"); } ` +
  '})(new Set(), process.getBuiltinModule("node:fs"));';

const VALUE = "globalThis.mutantValue";
const CONDITIONS = { truthy: VALUE, falsy: `!${VALUE}`, nullish: `${VALUE} == null` };

/** An equivalent source that records which mutants would have an effect; undefined if this is not possible. */
export function probed(
  source: string,
  mutants: ReadonlyMap<number, Mutant>,
  noteFile: string,
): string | undefined {
  const opening = new Map<number, string>();
  const closing = new Map<number, string>();
  const parts = [...mutants].flatMap(([number, { reached }]) => (reached ? [{ number, ...reached }] : []));
  // From the outermost to the innermost part.
  for (const part of parts.toSorted((one, other) => one.start - other.start || other.end - one.end)) {
    const [before, after] = aroundPart(part.number, part.when);
    opening.set(part.start, (opening.get(part.start) ?? "") + before);
    closing.set(part.end, after + (closing.get(part.end) ?? ""));
  }
  let text = prelude(noteFile);
  for (let at = 0; at <= source.length; at++) {
    text += (closing.get(at) ?? "") + (opening.get(at) ?? "") + source.slice(at, at + 1);
  }
  try {
    stripTypeScriptTypes(text);
    return text;
  } catch {
    return undefined;
  }
}

function aroundPart(number: number, when: Reached["when"]): [before: string, after: string] {
  const note = `globalThis.mutantReached?.(${number})`;
  if (when === "run") return [`(${note}, `, ")"];
  if (when === "statement") return [`{${note};`, "}"];
  return [`(${VALUE} = (`, `), ${CONDITIONS[when]} && ${note}, ${VALUE})`];
}
