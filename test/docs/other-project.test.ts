import { execFile } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { ROOT } from "../../tools/run.ts";

const MODULES = path.join(ROOT, "node_modules");
const COPIED = new Set(["@azure", "durable-functions", "durable-local-host"]);
const documentation = readFileSync(path.join(ROOT, "docs/testing.md"), "utf8");

/** A project as `npm install` leaves it: libraries of its own, and the package as a linked folder. */
async function otherProject(): Promise<string> {
  const folder = await mkdtemp(path.join(tmpdir(), "other-project-"));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const modules = path.join(folder, "node_modules");
  mkdirSync(path.join(modules, "@azure"), { recursive: true });
  for (const name of ["durable-functions", ...azureFunctions()]) {
    cpSync(path.join(MODULES, name), path.join(modules, name), { recursive: true });
  }
  for (const name of readdirSync(MODULES)) {
    if (COPIED.has(name) || name.startsWith(".")) continue;
    symlinkSync(path.join(MODULES, name), path.join(modules, name), "junction");
  }
  symlinkSync(path.join(ROOT, "packages/local-host"), path.join(modules, "durable-local-host"), "junction");
  const app = path.join(ROOT, "packages/local-host/test/apps/approval");
  cpSync(app, folder, { recursive: true });
  return folder;
}

function azureFunctions(): string[] {
  return readdirSync(path.join(MODULES, "@azure"))
    .filter((name) => name.startsWith("functions"))
    .map((name) => `@azure/${name}`);
}

test("a project of its own tests its app with the import line of the documentation", async () => {
  const folder = await otherProject();
  const line = /^import \{ createTestHost \} from .*$/m.exec(documentation)?.[0];
  expect(line).toContain("durable-local-host/testing");
  writeFileSync(
    path.join(folder, "sum.test.mjs"),
    `${line}
import { equal } from "node:assert/strict";
import { test } from "node:test";
test("sum", async () => {
  await using host = await createTestHost({ app: "." });
  const sum = await host.start("sum", { xs: [1, 2] });
  equal((await sum.completion()).output, 6);
});`,
  );
  const { stdout } = await promisify(execFile)(process.execPath, ["--test"], {
    cwd: folder,
    env: outsideOfVitest(),
  });
  expect(stdout).toMatch(/pass 1/);
});

function outsideOfVitest(): NodeJS.ProcessEnv {
  const { NODE_OPTIONS: _, NODE_TEST_CONTEXT: __, ...env } = process.env;
  return env;
}
