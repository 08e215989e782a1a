import { readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { codeBlocks } from "../../../../test/support/code-blocks.ts";
import { EmptyProject } from "../../../../test/support/empty-project.ts";

/** Installs the packed package in an empty project, and runs the README's code and commands. */

const MINUTE = 60_000;
const fromReadme = codeBlocks("packages/replay/README.md");
const app = codeBlocks("packages/local-host/README.md");
const project = new EmptyProject();

beforeAll(async () => {
  const blocks = ["record.mjs", "test/compatibility.test.mjs"].map((file) => [file, fromReadme(file)]);
  project.write({
    "host.json": app("host.json"),
    "src/approval.js": app("src/approval.js"),
    ...Object.fromEntries(blocks),
  });
  const packages = ["packages/local-host", "packages/replay"];
  await project.install(packages, { main: "src/*.js" }, ["@azure/functions", "durable-functions"]);
}, 3 * MINUTE);
afterAll(() => project.remove(), MINUTE);

test("a history is recorded, checked, shown, and tested", { timeout: MINUTE }, async () => {
  await project.run("node record.mjs");
  expect(await project.run("npx durable-replay check histories")).toContain("all replay as recorded");
  const shown = await project.run("npx durable-replay show histories/approval-1.json");
  expect(shown).toContain("calls     callActivity remind");
  expect(shown).toContain("at src/approval.js:");
  expect(await project.run("node --test")).toMatch(/^. pass 1$/m);
});

test("code that differs is reported with its position, and fails the test", { timeout: MINUTE }, async () => {
  const file = path.join(project.folder, "src/approval.js");
  const code = readFileSync(file, "utf8");
  project.write({ "src/approval.js": code.replaceAll('"remind"', '"nudge"') });
  const checked = project.run("npx durable-replay check histories");
  await expect(checked).rejects.toThrow(/now +activity nudge[^]*at +src\/approval\.js:/);
  await expect(project.run("node --test")).rejects.toThrow(/approval-1: different/);
  project.write({ "src/approval.js": code });
});
