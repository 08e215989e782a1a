import { expect, test } from "vitest";
import { chooseMutants } from "../../tools/mutants/choose.ts";
import { outdatedExplanations } from "../../tools/mutants/explained.ts";
import { handMade } from "../../tools/mutants/hand-made.ts";
import { keyOf } from "../../tools/mutants/mutant.ts";
import { mutantsOf } from "../../tools/mutants/mutations.ts";
import { relatedTests } from "../../tools/mutants/related-tests.ts";

const changesOf = (source: string) => mutantsOf("src/a.ts", source).map(({ after }) => after);

test("hand-made mutants and explanations fit the code as it stands", () => {
  expect(handMade().filter(({ before, after }) => before === after)).toEqual([]);
  expect(outdatedExplanations(chooseMutants({ count: Infinity, filter: "" }))).toEqual([]);
});

test("the choice is the same each time, and takes from many files first", () => {
  const chosen = chooseMutants({ count: 150, filter: "" });
  expect(new Set(chosen.map(keyOf)).size).toBe(150);
  expect(chooseMutants({ count: 150, filter: "" }).map(keyOf)).toEqual(chosen.map(keyOf));
  expect(new Set(chosen.map(({ file }) => file)).size).toBeGreaterThan(130);
  for (const { file } of chosen) expect(relatedTests(file)).not.toEqual([]);
});

test("a statement is left out, a condition turned round, a key made new", () => {
  expect(changesOf("if (a && b) c();")).toEqual([
    "if (true) c();",
    "if (false) c();",
    "if ((a) || (b)) c();",
    "if (a && b) ;",
  ]);
  expect(changesOf("const key = `${id}-step`;")).toEqual(['const key = `${""}-step`;']);
  expect(changesOf("const n: 7 = m ?? 6;")).toEqual(["const n: 7 = m;", "const n: 7 = m ?? 7;"]);
});

test("types, words for people and chosen figures are left as they are", () => {
  expect(changesOf("const MAX_TRIES = 5 * 2;")).toEqual([]);
  expect(changesOf('import a from "./b.ts";\ntype C = 1 | 2;')).toEqual([]);
  expect(changesOf("throw new Error(`${1} of ${2}`);")).toEqual([]);
  expect(changesOf("const d = { reason: `${c} is none` };")).toEqual([]);
});
