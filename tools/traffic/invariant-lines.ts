import { table } from "../report/table.ts";
import type { Invariant } from "./checks.ts";

const LONGEST_LIST = 20;

/** A table of invariants in Markdown, and what is wrong. Where nothing was compared, nothing is shown either way. */
export function invariantLines(invariants: readonly Invariant[]): string[] {
  return [
    ...table(
      ["holds", "what", "compared"],
      invariants.map(({ name, broken, compared }) => [
        broken.length > 0 ? "**no**" : compared > 0 ? "yes" : "not tried",
        name,
        compared,
      ]),
    ),
    ...invariants.flatMap(({ name, broken }) =>
      broken.length === 0
        ? []
        : ["", `${name}:`, "", ...broken.slice(0, LONGEST_LIST).map((line) => `- ${line}`)],
    ),
  ];
}
