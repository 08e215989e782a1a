import { cpSync, globSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { findCompiler } from "../../tools/bicep-compiler.ts";
import { type Compiled, hashSources, SCENARIOS, SNAPSHOT_SCOPE } from "../../tools/infra-snapshots.ts";
import { ROOT } from "../../tools/run.ts";

// Another process compiles, and the machine may be busy.
vi.setConfig({ testTimeout: 180_000 });

const compiler = findCompiler();
const compiled = JSON.parse(readFileSync(join(SCENARIOS, "compiled.json"), "utf8")) as Compiled;
console.log(
  compiler
    ? `Bicep ${compiler.version} found: infra/ is compiled and linted.`
    : `No Bicep compiler found: infra/ is compared with what Bicep ${compiled.compiler} compiled.`,
);

const content = (path: string) => readFileSync(path, "utf8").replaceAll("\r\n", "\n").trimEnd();
const files = globSync("infra/**/*.bicep", { cwd: ROOT });

// If this fails, run "node tools/infra-snapshots.ts" on a machine with a Bicep compiler, and check the difference in
// the snapshots.
test("the files are the same as those compiled, linted and recorded as snapshots", () => {
  expect(hashSources()).toEqual(compiled.sources);
});

test.skipIf(!compiler)("every file compiles without errors or warnings", () => {
  expect(compiler?.findings(["lint", "--pattern", "infra/**/*.bicep"])).toBe("");
});

test.skipIf(!compiler)("the example of a parameter file matches the template", () => {
  expect(compiler?.findings(["build-params", "infra/azure-cli.example.bicepparam", "--stdout"])).toBe("");
});

test.skipIf(!compiler).each(globSync("*.bicepparam", { cwd: SCENARIOS }))(
  "%s leads to its snapshot",
  (file) => {
    const args = ["snapshot", join(SCENARIOS, file), "--mode", "validate", ...SNAPSHOT_SCOPE];
    expect(compiler?.findings(args)).toBe("");
  },
);

test("every parameter has another value in one of the scenarios", () => {
  const scenarios = globSync("*.bicepparam", { cwd: SCENARIOS })
    .map((file) => content(join(SCENARIOS, file)))
    .join("\n");
  const declared = content(join(ROOT, "infra/main.bicep")).match(/(?<=^param )\w+/gm) ?? [];
  const set = new Set(scenarios.match(/(?<=^param )\w+/gm));
  expect(declared.filter((name) => !set.has(name))).toEqual([]);
});

test.skipIf(!compiler)("every file is formatted", () => {
  const copy = mkdtempSync(join(tmpdir(), "infra-"));
  try {
    cpSync(join(ROOT, "infra"), copy, { recursive: true });
    expect(compiler?.findings(["format", "--pattern", "**/*.bicep", "--newline-kind", "LF"], copy)).toBe("");
    const unformatted = globSync("**/*.bicep", { cwd: copy }).filter(
      (file) => content(join(copy, file)) !== content(join(ROOT, "infra", file)),
    );
    expect(unformatted).toEqual([]);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

test.each(files)("%s describes every parameter and output", (file) => {
  const lines = readFileSync(join(ROOT, file), "utf8").split(/\r?\n/);
  const undescribed = lines.filter((line, index) => {
    if (!/^(param|output) /.test(line)) return false;
    const from = lines.slice(0, index).findLastIndex((before) => before === "" || /^\S.*=/.test(before));
    return !lines.slice(from + 1, index).some((before) => before.startsWith("@description("));
  });
  expect(undescribed).toEqual([]);
});
