import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { importResult } from "../../src/patterns/price-import/price.contract.ts";
import { refundResult } from "../../src/patterns/refund-approval/refund.contract.ts";
import { ROOT } from "../../tools/run.ts";

/** Mermaid diagrams in the pages: GitHub shows an error instead of a diagram that it cannot parse. */

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

test.each(diagrams)("a $kind in $page is valid", ({ kind, lines }) => {
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
  /** All values of `kind` in a result's schema. */
  const kindsOf = (result: z.ZodType) => {
    const { oneOf = [] } = z.toJSONSchema(result);
    const kinds = oneOf.map(({ properties }) => properties?.["kind"] as { const?: string; enum?: string[] });
    return kinds.flatMap((kind) => kind.enum ?? kind.const ?? []).toSorted();
  };

  test.each([
    ["refund-approval", refundResult],
    ["price-import", importResult],
  ])("%s: the diagram has the same ends as the result", (pattern, result) => {
    expect(kindsOf(result).length).toBeGreaterThan(1);
    expect(endsIn(`docs/patterns/${pattern}.md`)).toEqual(kindsOf(result));
  });
});
