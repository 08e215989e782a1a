import { table } from "../report/table.ts";
import type { Invariant } from "./checks.ts";

const LONGEST_LIST = 20;

const isBroken = ({ broken }: Invariant) => broken.length > 0;
/** Where nothing was compared, nothing is shown either way. */
const isTried = (each: Invariant) => each.compared > 0 || isBroken(each);

/** What was found, in a line or two: the broken invariants, or that all held, and which were not tried. */
export function verdict(invariants: readonly Invariant[]): string[] {
  const [broken, tried] = [invariants.filter(isBroken), invariants.filter(isTried)];
  const untried = invariants.filter((each) => !isTried(each)).map(({ name }) => name);
  const compared = tried.reduce((sum, each) => sum + each.compared, 0).toLocaleString("en");
  return [
    ...(broken.length > 0
      ? broken.map((each) => `Broken: ${each.name} (${each.broken.length} times)`)
      : tried.length === 0
        ? ["No invariant was tried"]
        : [`Every invariant that was tried held: ${tried.length}, in ${compared} comparisons`]),
    ...(untried.length > 0 ? [`Not tried: ${untried.join("; ")}`] : []),
  ];
}

/** A table of invariants in Markdown, and what is wrong. */
export function invariantLines(invariants: readonly Invariant[]): string[] {
  return [
    ...table(
      ["invariant", "holds", "compared"],
      invariants.map((each) => [
        each.name,
        isBroken(each) ? "**no**" : isTried(each) ? "yes" : "not tried",
        each.compared,
      ]),
    ),
    ...invariants.filter(isBroken).flatMap(({ name, broken }) => {
      const lines = broken.slice(0, LONGEST_LIST).map((line) => `- ${line}`);
      const more = broken.length - lines.length;
      return ["", `${name}:`, "", ...lines, ...(more > 0 ? [`- and ${more} more`] : [])];
    }),
  ];
}
