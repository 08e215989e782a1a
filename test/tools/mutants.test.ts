import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { chooseMutants } from "../../tools/mutants/choose.ts";
import { outdatedExplanations } from "../../tools/mutants/explained.ts";
import { handMade } from "../../tools/mutants/hand-made.ts";
import { mutantsOf } from "../../tools/mutants/mutations.ts";
import { probed } from "../../tools/mutants/probe.ts";
import { relatedTests } from "../../tools/mutants/related-tests.ts";

const changesOf = (source: string) => mutantsOf("src/a.ts", source).map(({ after }) => after);

test("hand-made mutants and explanations match the current code", () => {
  expect(handMade().filter(({ before, after }) => before === after)).toEqual([]);
  expect(outdatedExplanations(chooseMutants({ count: Infinity, filter: "" }))).toEqual([]);
});

test("the selection is always the same, and starts with many different files", () => {
  const chosen = chooseMutants({ count: 150, filter: "" });
  expect(new Set(chosen.map(({ key }) => key)).size).toBe(150);
  expect(chooseMutants({ count: 150, filter: "" }).map(({ key }) => key)).toEqual(
    chosen.map(({ key }) => key),
  );
  expect(new Set(chosen.map(({ file }) => file)).size).toBeGreaterThan(130);
  for (const { file } of chosen) expect(relatedTests(file)).not.toEqual([]);
});

test("a statement is removed, a condition inverted, a key made random", () => {
  expect(changesOf("if (a && b) c();")).toEqual([
    "if (true) c();",
    "if (false) c();",
    "if ((a) || (b)) c();",
    "if (a && b) ;",
  ]);
  expect(changesOf("const key = `${id}-step`;")).toEqual(['const key = `${""}-step`;']);
  expect(changesOf("const n: 7 = m ?? 6;")).toEqual(["const n: 7 = m;", "const n: 7 = m ?? 7;"]);
});

test("types, texts for people and constants are not changed", () => {
  expect(changesOf("const MAX_TRIES = 5 * 2;")).toEqual([]);
  expect(changesOf('import a from "./b.ts";\ntype C = 1 | 2;')).toEqual([]);
  expect(changesOf("throw new Error(`${1} of ${2}`);")).toEqual([]);
  expect(changesOf("const d = { reason: `${c} is none` };")).toEqual([]);
});

test.each<[call: string, result: unknown, felt: readonly string[]]>([
  [
    "f(null)",
    "1",
    [
      "no ??",
      "one more",
      "one more",
      "> for >=",
      "if (true)",
      "statement left out",
      "part of a key left out",
    ],
  ],
  ['f(3, { c: ["x", "y"] })', "y", ["one more", "one more", "> for >=", "if (false)", "no slice()"]],
])(
  "a probed source behaves the same, and records which mutants would have an effect: %s",
  (call, result, felt) => {
    const source = [
      "function f(a: number | null, b?: { c: string[] }) {",
      "  const d = a ?? 1;",
      "  if (d >= 3) return b?.c.slice(1).join();",
      "  g();",
      "  return `${d}`;",
      "}",
      "function g() {}",
    ].join("\n");
    const mutants = mutantsOf("src/f.ts", source);
    const folder = mkdtempSync(join(tmpdir(), "probe-"));
    const noteFile = join(folder, "notes.txt");
    const text = stripTypeScriptTypes(probed(source, new Map(mutants.entries()), noteFile) ?? "");
    expect(runInNewContext(`${text}; ${call}`, { process })).toBe(result);
    const notes = readFileSync(noteFile, "utf8").trim().split("\n");
    rmSync(folder, { recursive: true });
    const found = notes.map((number) => mutants[Number(number)]?.what ?? "");
    const inOrder = (words: readonly string[]) => words.toSorted((one, other) => one.localeCompare(other));
    expect(inOrder(found)).toEqual(inOrder(felt));
  },
);
