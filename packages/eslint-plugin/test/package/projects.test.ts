import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { codeBlocks } from "../../../../test/support/code-blocks.ts";
import { EmptyProject } from "../../../../test/support/empty-project.ts";

/** The packed package in other projects, with the configuration from the README. */

const PACKAGE = "packages/eslint-plugin";
const MINUTE = 60_000;
const fromReadme = codeBlocks(`${PACKAGE}/README.md`);

const APP = {
  "host.json": "{}",
  "src/order.js": `const df = require("durable-functions");
const { begun } = require("./progress");
df.app.orchestration("order", function* (context) {
  context.df.setCustomStatus(begun());
  context.df.callActivity("charge");
});
`,
  "src/progress.js": `exports.begun = () => ({ begunAt: new Date() });\n`,
};

const KINDS = {
  "ESLint with a configuration in an ES module": {
    config: "eslint.config.mjs",
    here: ["eslint"],
    run: "npx eslint src",
  },
  "ESLint with a configuration in CommonJS": {
    config: "eslint.config.cjs",
    here: ["eslint"],
    run: "npx eslint src",
  },
  oxlint: { config: ".oxlintrc.json", here: ["oxlint"], run: "npx oxlint src" },
};

describe.each(Object.entries(KINDS))("%s", (_name, { config, here, run }) => {
  const project = new EmptyProject();
  beforeAll(async () => {
    project.write({ ...APP, [config]: fromReadme(config) });
    await project.install([PACKAGE], { type: "commonjs" }, here);
  }, 3 * MINUTE);
  afterAll(() => project.remove(), MINUTE);

  test("finds a missing step, and a clock in an imported file", { timeout: MINUTE }, async () => {
    const failed = await project.run(run).catch((error: unknown) => error as Error);
    expect(String(failed)).toContain("This callActivity never runs");
    expect(String(failed)).toContain("new Date() returns a different time on each replay");
  });

  test("finds nothing in an app without faults", { timeout: MINUTE }, async () => {
    project.write({
      "src/order.js": APP["src/order.js"].replace(
        "  context.df.callActivity",
        "  yield context.df.callActivity",
      ),
      "src/progress.js": `exports.begun = () => ({ percent: 0 });\n`,
    });
    await expect(project.run(run)).resolves.not.toContain("durable-functions");
  });
});
