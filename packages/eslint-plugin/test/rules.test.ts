import { RuleTester as EslintTester } from "eslint";
import { RuleTester as OxlintTester } from "oxlint/plugins-dev";
import { describe, expect, it } from "vitest";
import { rules } from "../src/index.ts";
import { calls } from "./cases/calls.ts";
import type { InvalidCase, RuleCases } from "./cases/case.ts";
import { effects } from "./cases/effects.ts";
import { races } from "./cases/races.ts";
import { tasks } from "./cases/tasks.ts";
import { values } from "./cases/values.ts";

const CASES: Readonly<Record<string, RuleCases>> = {
  ...values,
  ...effects,
  ...tasks,
  ...races,
  ...calls,
};
/** Tested in projects.test.ts, because its cases are whole projects. */
const ELSEWHERE = ["registered-names"];
/** The cases are single files without a project. */
const settings = { "durable-functions": { crossFile: false } };

for (const Tester of [EslintTester, OxlintTester]) {
  Tester.describe = describe;
  Tester.it = it;
}

const invalidCase = ({ code, errors, output, suggestion }: InvalidCase) => ({
  code,
  settings,
  output: output ?? null,
  errors: errors.map((messageId, index) => ({
    messageId,
    ...(suggestion &&
      index === 0 && { suggestions: [{ messageId: suggestion.id, output: suggestion.output }] }),
  })),
});

describe.each([
  ["ESLint", new EslintTester()],
  ["oxlint", new OxlintTester({ eslintCompat: true })],
] as const)("with %s", (_, tester) => {
  for (const [name, { valid, invalid }] of Object.entries(CASES)) {
    const rule = rules[name];
    if (!rule) throw new Error(`There is no rule ${name}`);
    (tester as EslintTester).run(name, rule as never, {
      valid: valid.map((code) => ({ code, settings })),
      invalid: invalid.map(invalidCase) as never,
    });
  }
});

it("has valid and invalid cases for every rule", () => {
  expect([...Object.keys(CASES), ...ELSEWHERE].toSorted()).toEqual(Object.keys(rules));
});
