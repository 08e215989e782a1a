import { execFileSync } from "node:child_process";
import { globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import path from "node:path";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { formatMessage } from "publint/utils";
import { publint } from "publint";
import { afterAll, describe, expect, test } from "vitest";
import { bin, LOCAL, ROOT } from "../../tools/run.ts";
import { pack } from "../support/empty-project.ts";

/** The rules for every package in packages/, so that others can install and import it. */

interface Entry {
  readonly types: string;
  readonly default: string;
}
interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly engines: { readonly node: string };
  readonly exports: Readonly<Record<string, Entry | string>>;
}

mkdirSync(LOCAL, { recursive: true });
const temporary = mkdtempSync(path.join(LOCAL, "packages-"));
afterAll(() => rmSync(temporary, { recursive: true }));

const folders = globSync("packages/*/package.json", { cwd: ROOT }).map((file) => path.dirname(file));

test("there is at least one package", () => {
  expect(folders).toContain(path.join("packages", "local-host"));
});

test("commands of packages can be executed, so that npm does not change a clone", () => {
  const list = execFileSync("git", ["ls-files", "--stage", "packages/*/bin/*"], {
    cwd: ROOT,
    encoding: "utf8",
  });
  expect(list).toContain("packages/local-host/bin/");
  expect(list.split("\n").filter((line) => line !== "" && !line.startsWith("100755 "))).toEqual([]);
});

describe.each(folders)("%s", (folder) => {
  const read = (file: string) => readFileSync(path.join(ROOT, folder, file), "utf8");
  const manifest = JSON.parse(read("package.json")) as Manifest;
  const entries = Object.entries(manifest.exports).flatMap(([subpath, entry]) =>
    typeof entry === "string" ? [] : [{ name: path.posix.join(manifest.name, subpath), entry }],
  );

  test("publint finds no problem in the tarball", { timeout: 60_000 }, async () => {
    const bytes = readFileSync(path.join(temporary, await pack(folder, temporary)));
    const tarball = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
    const { messages, pkg } = await publint({ pack: { tarball }, strict: true });
    expect(messages.map((message) => formatMessage(message, pkg, { color: false }))).toEqual([]);
  });

  test("every kind of import finds its types in the tarball", { timeout: 60_000 }, async () => {
    const bytes = readFileSync(path.join(temporary, await pack(folder, temporary)));
    const { types, ...found } = await checkPackage(createPackageFromTarballData(bytes));
    expect(types).toMatchObject({ kind: "included" });
    const problems = "problems" in found ? found.problems : [];
    const relevant = problems.filter((problem) => {
      // Node 10 knows no exports. From Node 22.12 on, require loads ES modules.
      const isOfOldNode = "resolutionKind" in problem && problem.resolutionKind === "node10";
      return !isOfOldNode && problem.kind !== "CJSResolvesToESM";
    });
    expect(relevant, "explained on https://arethetypeswrong.github.io").toEqual([]);
  });

  test.each(entries)(
    "$name has the same names when it is imported, required and compiled",
    async ({ name }) => {
      const required = createRequire(import.meta.url)(name) as Readonly<Record<string, unknown>>;
      const names = Object.keys(required).toSorted();
      expect(names).not.toEqual([]);
      expect(names.filter((key) => required[key] === undefined)).toEqual([]);
      const imported = (await import(/* @vite-ignore */ import.meta.resolve(name))) as object;
      expect(Object.keys(imported).filter((key) => key !== "default" && key !== "module.exports")).toEqual(
        names,
      );
      expect(compile(name, names)).toBe("");
    },
  );

  test("its pages contain its name, its Node and its version", () => {
    const readme = read("README.md");
    expect(readme.startsWith(`# ${manifest.name}\n`)).toBe(true);
    expect(readme).toContain(`npm install --save-dev ${manifest.name}\n`);
    expect(readme).toContain(`Node ${manifest.engines.node.replace(">=", "")} or later`);
    expect(read("CHANGELOG.md")).toMatch(/^## \[(?:Unreleased|\d)/m);
    expect(read("LICENSE")).toBe(readFileSync(path.join(ROOT, "LICENSE"), "utf8"));
  });
});

/** Compiler errors of a file that requires exactly these names in the declarations, for require and for import. */
function compile(name: string, names: readonly string[]): string {
  const folder = mkdtempSync(path.join(temporary, "compiled-"));
  const exactly = `export const all: Record<keyof typeof entry, true> = { ${names.map((key) => `${key}: true`).join(", ")} };`;
  writeFileSync(path.join(folder, "required.cts"), `import entry = require("${name}");\n${exactly}\n`);
  writeFileSync(
    path.join(folder, "imported.mts"),
    `import { ${names.join(", ")} } from "${name}";\nexport const all = [${names.join(", ")}];\n`,
  );
  const options = {
    module: "NodeNext",
    target: "ES2022",
    lib: ["ES2022", "ESNext.Disposable"],
    strict: true,
  };
  const compilerOptions = { ...options, noEmit: true, types: ["node"], skipLibCheck: true };
  writeFileSync(
    path.join(folder, "tsconfig.json"),
    JSON.stringify({ compilerOptions, include: ["*.cts", "*.mts"] }),
  );
  try {
    return execFileSync(process.execPath, [bin("typescript", "tsc"), "-p", folder], { encoding: "utf8" });
  } catch (error) {
    return (error as { stdout: string }).stdout;
  }
}
