import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as prettier from "prettier";
import { afterAll, beforeAll, describe, expect, test } from "vitest";

/** The repository's own lint rules, tested with files that violate them. */

const ROOT = path.resolve(import.meta.dirname, "../..");
let folder: string;

beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "lint-"));
  // Plugins are named from the folder of the settings.
  const settings = readFileSync(path.join(ROOT, ".oxlintrc.json"), "utf8");
  const moved = settings.replace('"./packages/', `"${ROOT.replaceAll("\\", "/")}/packages/`);
  writeFileSync(path.join(folder, ".oxlintrc.json"), moved);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** The linter's output for one file with this content at this path; empty without problems. */
function lint(file: string, content: string): string {
  const place = path.join(folder, file);
  mkdirSync(path.dirname(place), { recursive: true });
  writeFileSync(place, content);
  const oxlint = path.join(ROOT, "node_modules/oxlint/bin/oxlint");
  const args = [oxlint, "--format", "json", "--disable-nested-config", file];
  // The linter searches its type-aware part on the PATH, where npm adds it but a direct call does not.
  const programs = path.join(ROOT, "node_modules", ".bin");
  const env = { ...process.env, PATH: `${programs}${path.delimiter}${process.env["PATH"]}` };
  const { stdout } = spawnSync(process.execPath, args, { cwd: folder, env, encoding: "utf8" });
  rmSync(place);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: { message: string; help?: string }[] };
  return diagnostics.map(({ message, help = "" }) => `${message} ${help}`).join("\n");
}

test("a disabled rule has its reason next to it", () => {
  const lines = readFileSync(path.join(ROOT, ".oxlintrc.json"), "utf8").split("\n");
  const off = lines.filter((line) => /: "off",?$/.test(line));
  expect(off.length).toBeGreaterThan(5);
  expect(off.filter((line) => !/^ *\/\/ \S/.test(lines[lines.indexOf(line) - 1] ?? ""))).toEqual([]);
});

test("the linter accepts the formatter's version of a long line", async () => {
  const condition = `value === "${"x".repeat(80)}"`;
  const code = `export function answer(value: string): string {
  if (${condition}) return "an answer that does not fit";
  return value;
}
`;
  const options = (await prettier.resolveConfig(path.join(ROOT, "src/x.ts"))) ?? {};
  const formatted = await prettier.format(code, { ...options, parser: "typescript" });
  expect(formatted).toContain(`if (${condition})\n    return`);
  expect(lint("src/http/x.ts", formatted)).toBe("");
});

describe("orchestrators are replay-safe", () => {
  const orchestrator = "src/patterns/order-chaining/order.orchestrator.ts";

  test.each([
    ["the clock", "export const now = () => new Date();", "currentUtcDateTime"],
    ["randomness", "export const dice = () => Math.random();", "instanceId"],
    ["timers", "export const later = (f: () => void) => setTimeout(f, 1);", "createTimer"],
    ["the network", 'export const get = () => fetch("http://x");', "activity"],
    ["the environment", "export const key = () => process.env.KEY;", "in the input"],
    ["promises", "export const p = () => Promise.resolve(1);", "Task.all"],
  ])("%s", (_what, code, advice) => {
    expect(lint(orchestrator, code)).toContain(advice);
  });
});

describe("the plain sample", () => {
  const file = "samples/plain-sdk/src/functions/order-chaining.ts";
  const orchestrator = (step: string) => `import * as df from "durable-functions";
df.app.orchestration("x", function* (context) {
  ${step};
  return yield context.df.callActivity("y");
});
`;

  test.each([
    ["the clock", orchestrator("Date.now()"), "currentUtcDateTime"],
    ["randomness", orchestrator("crypto.randomUUID()"), "newGuid"],
    ["timers", orchestrator("setTimeout(() => 1, 1)"), "createTimer"],
    ["the network", orchestrator('fetch("http://x")'), "activity"],
    ["promises", orchestrator("Promise.resolve(1)"), "Task.all"],
    ["41 lines", "export {};\n".repeat(41), "40"],
  ])("refuses %s", (_what, code, advice) => {
    expect(lint(file, code)).toContain(advice);
  });

  test("imports the SDK and its own shop", () => {
    const code = `import * as df from "durable-functions";
import { bank } from "../shop.ts";
df.app.activity("charge", { handler: bank.charge });
`;
    expect(lint(file, code)).toBe("");
  });
});
