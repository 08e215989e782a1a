import { spawnSync } from "node:child_process";
import { existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../../tools/run.ts";

/** The files that a newcomer reads must agree with each other. */

const read = (file: string) => readFileSync(path.join(ROOT, file), "utf8");
/** Editors' files may have comments on separate lines. */
const readJson = (file: string): unknown => JSON.parse(read(file).replaceAll(/^\s*\/\/.*$/gm, ""));

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly engines: { readonly node: string };
  readonly devDependencies: { readonly node: string };
}
const headings = (file: string) => read(file).match(/(?<=^#+ ).+/gm) ?? [];
const keys = (file: string) => Object.keys(readJson(file) as object);
const updated = (file: string) =>
  (parse(read(file)) as { updates: { "package-ecosystem": string }[] }).updates.map(
    (update) => update["package-ecosystem"],
  );

/** The files that people expect at their usual place, how they are parsed, and what they must contain. */
const EXPECTED: [file: string, contentOf: (file: string) => string | string[], has: string[]][] = [
  ["README.md", headings, ["Run it", "The patterns", "Deploy"]],
  ["ARCHITECTURE.md", headings, []],
  ["CONTRIBUTING.md", headings, ["Set-up", "Tests", "Conventions", "Add a pattern"]],
  ["CHANGELOG.md", headings, ["[Unreleased]"]],
  ["SECURITY.md", headings, ["Report a vulnerability"]],
  ["LICENSE", read, ["MIT License"]],
  [".nvmrc", read, []],
  [".editorconfig", read, ["root = true"]],
  [".gitattributes", read, ["eol=lf"]],
  [".github/pull_request_template.md", read, ["- [ ] "]],
  [".github/dependabot.yml", updated, ["npm", "github-actions", "devcontainers"]],
  [".vscode/extensions.json", keys, ["recommendations"]],
  [".vscode/launch.json", keys, ["configurations"]],
  [".vscode/settings.json", keys, ["editor.defaultFormatter", "azureFunctions.projectLanguageModel"]],
  [".vscode/tasks.json", keys, ["tasks"]],
  [".devcontainer/devcontainer.json", keys, ["image", "features", "postCreateCommand"]],
  ["host.json", keys, ["extensions"]],
  ["local.settings.example.json", keys, ["Values"]],
];

test.each(EXPECTED)("%s exists, and contains what people expect", (file, contentOf, has) => {
  expect(existsSync(path.join(ROOT, file)), `people look for ${file}: restore it`).toBe(true);
  const content = contentOf(file);
  expect(content, `${file} is empty: restore its text`).not.toHaveLength(0);
  const missing = has.filter((part) => !content.includes(part));
  expect(missing, `restore these parts of ${file}`).toEqual([]);
});

const manifest = readJson("package.json") as Manifest;
const oldest = manifest.engines.node.replace(">=", "");
const pinned = manifest.devDependencies.node.replace(/^\D*(\d+)\..*$/, "$1");

test("all files name the same version of Node", () => {
  for (const page of ["README.md", "CONTRIBUTING.md"])
    expect(read(page)).toContain(`Node ${oldest} or newer`);
  expect(read(".nvmrc").trim()).toBe(pinned);
  expect(read(".devcontainer/devcontainer.json")).toContain(`typescript-node:${pinned}-`);
  const { jobs } = parse(read(".github/workflows/check.yml")) as {
    readonly jobs: {
      readonly check: { readonly strategy: { readonly matrix: { readonly node: string[] } } };
    };
  };
  expect(jobs.check.strategy.matrix.node).toEqual([oldest.split(".")[0], pinned]);
});

interface Launch {
  readonly configurations: readonly {
    readonly name: string;
    readonly request: string;
    /** Undefined for an entry that runs a program itself. */
    readonly runtimeArgs?: readonly string[];
    readonly program?: string;
    readonly attachSimplePort?: number;
  }[];
}

test("F5 runs scripts that exist, attaches to the port that they open, and is described", () => {
  const { configurations } = readJson(".vscode/launch.json") as Launch;
  const page = read("docs/debugging.md");
  expect(configurations.filter(({ name }) => !page.includes(`| ${name} |`))).toEqual([]);
  const launched = configurations.filter(({ request }) => request === "launch");
  const programs = launched.flatMap(({ program }) => program?.replace("${workspaceFolder}", ".") ?? []);
  expect(programs.filter((program) => !existsSync(path.join(ROOT, program)))).toEqual([]);
  for (const { runtimeArgs, attachSimplePort } of launched) {
    if (runtimeArgs === undefined) continue;
    const script = runtimeArgs.find((arg) => arg !== "run") ?? "";
    expect(manifest.scripts).toHaveProperty([script]);
    const opened = runtimeArgs.flatMap((arg) => /^--inspect=(\d+)$/.exec(arg)?.[1] ?? []);
    expect(opened).toEqual(attachSimplePort === undefined ? [] : [String(attachSimplePort)]);
  }
});

test("F5 runs tasks, files and commands that exist, and finds breakpoints in the build", () => {
  const { configurations, inputs } = readJson(".vscode/launch.json") as {
    readonly configurations: readonly Record<
      "preLaunchTask" | "program" | "runtimeExecutable",
      string | undefined
    >[] &
      readonly { readonly outFiles: readonly string[]; readonly args?: readonly string[] }[];
    readonly inputs: readonly { readonly id: string; readonly default: string }[];
  };
  const { tasks } = readJson(".vscode/tasks.json") as {
    readonly tasks: readonly { readonly label: string }[];
  };
  const { compilerOptions } = readJson("tsconfig.build.json") as { compilerOptions: { outDir: string } };
  for (const { preLaunchTask, outFiles, program, runtimeExecutable, args = [] } of configurations) {
    expect([undefined, ...tasks.map(({ label }) => label)]).toContain(preLaunchTask);
    expect(outFiles).toEqual([`\${workspaceFolder}/${compilerOptions.outDir}/**/*.js`]);
    if (program === undefined) continue;
    const file = program.replace("${workspaceFolder}", ROOT);
    // The system's Node may be too old.
    expect(runtimeExecutable).toBe("${workspaceFolder}/node_modules/node/bin/node");
    const help = spawnSync(process.execPath, [file, "--help"], { encoding: "utf8" }).stdout;
    expect(help).toMatch(new RegExp(`^  ${args[0]} `, "m"));
    const asked = args.flatMap((arg) => /^\$\{input:(.+)\}$/.exec(arg)?.[1] ?? []);
    expect(inputs.map(({ id }) => id)).toEqual(expect.arrayContaining(asked));
  }
  const defaults = inputs.map((input) => input.default);
  expect(defaults.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
});

test("tasks run scripts that exist, and the dev container has the recommended extensions", () => {
  const { tasks } = readJson(".vscode/tasks.json") as {
    readonly tasks: readonly { readonly script: string }[];
  };
  for (const { script } of tasks) expect(manifest.scripts).toHaveProperty([script]);
  const { recommendations } = readJson(".vscode/extensions.json") as { readonly recommendations: string[] };
  const container = readJson(".devcontainer/devcontainer.json") as {
    readonly customizations: { readonly vscode: { readonly extensions: string[] } };
  };
  expect(container.customizations.vscode.extensions).toEqual(recommendations);
});

test("the dev container has the same versions as the workflows", () => {
  const container = read(".devcontainer/devcontainer.json");
  const [coreTools] = /azure-functions-core-tools@[\d.]+/.exec(read(".github/workflows/e2e.yml")) ?? [];
  const [, bicep] = /bicep install --version (\S+)/.exec(read(".github/workflows/check.yml")) ?? [];
  expect(container).toContain(coreTools);
  expect(container).toContain(`"bicepVersion": "${bicep}"`);
});

test("every npm script can be the first in a new clone, and needs no specific shell", () => {
  const portable =
    /^node(?: --[\w=-]+)* tools\/with-packages\.mjs ([\w./-]+\.(?:ts|cjs))(?: --[\w-]+)*(?: \.)?$/;
  const isPortable = (script: string) => existsSync(path.join(ROOT, portable.exec(script)?.[1] ?? "missing"));
  expect(Object.entries(manifest.scripts).filter(([, script]) => !isPortable(script))).toEqual([]);
});

/** A row such as: | `startOnce`, `findStarted` | [start.ts](src/http/start.ts) | … */
const HELPERS = /^\| (`[^|]+) \| \[[\w.-]+\]\(([\w./-]+\.ts)\) \|/gm;

test("the helpers that the page for contributors names exist", () => {
  const rows = [...read("CONTRIBUTING.md").matchAll(HELPERS)];
  const helpers = rows.flatMap(([, names = "", file = ""]) =>
    [...names.matchAll(/`(\w+)`/g)].map(([, name = ""]) => ({ name, file })),
  );
  const isExported = ({ name, file }: { readonly name: string; readonly file: string }) =>
    new RegExp(`^export (?:async )?(?:function|const|class) ${name}\\b`, "m").test(read(file));
  expect(helpers.length).toBeGreaterThan(10);
  expect(helpers.filter((helper) => !isExported(helper))).toEqual([]);
});

test.each([
  ["samples/plain-sdk", "prestart"],
  ...globSync("packages/*", { cwd: ROOT, exclude: ["**/*.json"] }).map((folder) => [folder, "prepack"]),
])("%s needs no build of the app for its %s", (folder, script) => {
  const { scripts } = readJson(path.join(folder, "package.json")) as Manifest;
  expect(scripts[script]).toMatch(/^npm run --prefix \.\.\/\.\. build --(?: --clean)? --packages/);
});

const pages = globSync("**/*.md", { cwd: ROOT, exclude: ["**/node_modules/**", ".local/**"] });

/** As GitHub derives them from headings. */
function anchors(page: string): string[] {
  return [...read(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

test.each(pages)("the links of %s are valid", (page) => {
  const text = read(page).replaceAll(/^```[^]*?^```/gm, "");
  const links = [...text.matchAll(/\]\((?!\w+:)([^)\s#]*)(?:#([^)\s]*))?\)/g)];
  const dead = links.filter(([, file = "", anchor]) => {
    // GitHub's own address, as seen from a pull request.
    if (file.startsWith("../blob/main/"))
      return !existsSync(path.join(ROOT, file.replace("../blob/main/", "")));
    const target = file === "" ? page : path.join(path.dirname(page), file);
    if (!existsSync(path.join(ROOT, target))) return true;
    return anchor !== undefined && target.endsWith(".md") && !anchors(target).includes(anchor);
  });
  expect(dead.map(([link]) => link)).toEqual([]);
});
