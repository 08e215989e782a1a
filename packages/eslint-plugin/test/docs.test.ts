import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { configs, rules } from "../src/index.ts";
import { type Finding, oxlint } from "./support/oxlint.ts";
import { project } from "./support/project.ts";

/** The examples in the pages are correct: each "wrong" block is reported, and each "right" block is not. */

const PACKAGE = path.join(import.meta.dirname, "..");
const names = Object.keys(rules);
const read = (file: string) => readFileSync(path.join(PACKAGE, file), "utf8");
const pageOf = (name: string) => read(`docs/rules/${name}.md`);

function snippet(name: string, kind: "wrong" | "right"): string {
  const [, code] = new RegExp(`^\`\`\`js ${kind}\n(.*?)^\`\`\``, "ms").exec(pageOf(name)) ?? [];
  if (code === undefined) throw new Error(`The page of ${name} has no "${kind}" block`);
  return `import * as df from "durable-functions";\n${code}`;
}

let findings: readonly Finding[];
beforeAll(async () => {
  const files = names.flatMap((name) => [
    [`${name}/host.json`, "{}"],
    [`${name}/wrong/host.json`, "{}"],
    [`${name}/wrong/order.js`, snippet(name, "wrong")],
    [`${name}/right/host.json`, "{}"],
    [`${name}/right/order.js`, snippet(name, "right")],
  ]);
  findings = await oxlint(project(Object.fromEntries(files)));
});

const rulesAt = (folder: string) =>
  findings.filter(({ file }) => file.startsWith(`${folder}/`)).map(({ rule }) => rule);

describe("the page of each rule", () => {
  it.each(names)("%s", (name) => {
    expect(rulesAt(`${name}/wrong`)).toContain(name);
    expect(rulesAt(`${name}/right`)).toEqual([]);
    expect(pageOf(name).startsWith(`# durable-functions/${name}\n`)).toBe(true);
    const { hasSuggestions, fixable } = rules[name]?.meta ?? {};
    const mark = fixable ? "🔧" : hasSuggestions ? "💡" : "";
    expect(read("README.md")).toMatch(
      new RegExp(`^\\| \\[${name}\\]\\(docs/rules/${name}\\.md\\) \\| .+ \\| ${mark} *\\|$`, "m"),
    );
  });

  it("exists for each rule, and no other page exists", () => {
    expect(readdirSync(path.join(PACKAGE, "docs/rules")).toSorted()).toEqual(
      names.map((name) => `${name}.md`),
    );
  });
});

it("the README lists all rules for oxlint, with the severities of the recommended configuration", () => {
  const [, text = ""] = /^```json .oxlintrc.json\n(.*?)^```/ms.exec(read("README.md")) ?? [];
  const written = JSON.parse(text) as { rules: object };
  expect(written.rules).toEqual(configs.recommended.rules);
});
