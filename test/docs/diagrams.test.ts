import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

/** Mermaid diagrams in the pages: GitHub shows a box with an error in place of one that it cannot read. */

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
const diagrams = globSync(["*.md", "docs/**/*.md"], { cwd: ROOT }).flatMap((page) =>
  [...read(page).matchAll(/^```mermaid\n([^]*?)^```/gm)].map(([, code = ""]) => {
    const [kind = "", ...lines] = code.trimEnd().split("\n");
    return { page: page.replaceAll("\\", "/"), kind, lines };
  }),
);

/** The part of Mermaid's grammar that the pages use: a smaller language than its own, so that no big parser is needed. */
const GRAMMAR: Readonly<Record<string, RegExp>> = {
  "stateDiagram-v2": /^ {2}(?:\[\*\] --> \w+|\w+ --> (?:\[\*\]|\w+(?:: [^:;{}"]+)?))$/,
  sequenceDiagram:
    /^ {2,}(?:participant \w+ as [^;{}]+|Note over [\w,]+: [^;{}]+|\w+--?>>\w+: [^;{}]+|(?:alt|else|loop) [^;{}]+|end)$/,
};

test.each(diagrams)("a $kind in $page can be read", ({ kind, lines }) => {
  const grammar = GRAMMAR[kind] ?? /^unknown$/;
  expect(lines.filter((line) => !grammar.test(line))).toEqual([]);
  const count = (pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;
  expect(count(/^ +end$/)).toBe(count(/^ +(?:alt|loop) /));
});

describe("the ends of a process", () => {
  const endsIn = (page: string) =>
    diagrams
      .find((diagram) => diagram.page === page)
      ?.lines.flatMap((line) => /^ {2}(\w+) --> \[\*\]$/.exec(line)?.[1] ?? [])
      .toSorted();
  /** All values of `kind` in a type of a contract. */
  const kindsOf = (file: string, type: string) => {
    const [, declared = ""] = new RegExp(`type ${type} =([^]*?);\n\n`).exec(read(file)) ?? [];
    return [...declared.matchAll(/kind: ((?:"\w+"(?: \| )?)+)/g)]
      .flatMap(([, kinds = ""]) => kinds.match(/\w+/g) ?? [])
      .toSorted();
  };

  test.each([
    ["refund-approval", "RefundResult", "src/patterns/refund-approval/refund.contract.ts"],
    ["price-import", "ImportResult", "src/patterns/price-import/price.contract.ts"],
  ])("%s: the diagram has those of %s", (pattern, type, file) => {
    expect(kindsOf(file, type).length).toBeGreaterThan(1);
    expect(endsIn(`docs/patterns/${pattern}.md`)).toEqual(kindsOf(file, type));
  });
});
