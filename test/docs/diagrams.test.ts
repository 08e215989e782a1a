import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import DOMPurify from "dompurify";
import mermaid from "mermaid";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { importResult } from "../../src/patterns/price-import/price.contract.ts";
import { refundResult } from "../../src/patterns/refund-approval/refund.contract.ts";
import { ROOT } from "../../tools/run.ts";

/** Mermaid diagrams in pages and comments: GitHub shows an error instead of a diagram that it cannot parse. */

// The parser passes labels to DOMPurify, which needs a browser; nothing is rendered here.
DOMPurify.addHook = () => undefined;
DOMPurify.sanitize = ((label: string) => label) as typeof DOMPurify.sanitize;

const FOLDERS = "{docs,packages,samples,src,test,tools,infra}";
const files = globSync(["*.md", `${FOLDERS}/**/*.{md,ts,mjs,cjs}`], {
  cwd: ROOT,
  exclude: (name) => /(?:^|[\\/])(?:node_modules|dist)$/.test(name),
});
const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
/** In comments, each line begins with an asterisk. */
const diagrams = files.flatMap((file) =>
  [...read(file).matchAll(/^([ *]*)```mermaid\r?\n([^]*?)^\1```/gm)].map(([, indent = "", text = ""]) => ({
    page: file.replaceAll("\\", "/"),
    code: indent.includes("*") ? text.replaceAll(/^ *\* ?/gm, "") : text,
  })),
);

test("diagrams are found, and a wrong one is refused", async () => {
  const pages = new Set(diagrams.map(({ page }) => page));
  expect([...pages]).toEqual(expect.arrayContaining(["ARCHITECTURE.md", "docs/long-waits.md"]));
  await expect(mermaid.parse("stateDiagram-v2\n  a -> b\n")).rejects.toThrow("Parse error");
});

test.each(diagrams)("a diagram in $page is valid for Mermaid's own parser", async ({ code }) => {
  expect(await mermaid.parse(code)).toMatchObject({ diagramType: expect.any(String) });
});

describe("the ends of a process", () => {
  const endsIn = (page: string) =>
    diagrams
      .find((diagram) => diagram.page === page)
      ?.code.split("\n")
      .flatMap((line) => /^ {2}(\w+) --> \[\*\]$/.exec(line)?.[1] ?? [])
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
