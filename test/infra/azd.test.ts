import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../../tools/run.ts";

const read = (path: string) => readFileSync(join(ROOT, path), "utf8");
const main = read("infra/main.bicep");
const declared = [...main.matchAll(/^param (\w+) .*?(=.*)?$/gm)].map(([, name = "", value]) => ({
  name,
  value,
}));
const azure = parse(read("azure.yaml")) as {
  readonly infra: { readonly path: string; readonly module: string };
  readonly services: Readonly<Record<string, Service>>;
  readonly pipeline: { readonly variables: readonly string[] };
};

interface Service {
  readonly dist: string;
  readonly remoteBuild: boolean;
  readonly hooks: { readonly prepackage: Readonly<Record<string, { readonly run: string }>> };
}

interface Parameters {
  readonly parameters: Readonly<Record<string, { readonly value: string }>>;
}

const parameters = (JSON.parse(read("infra/main.parameters.json")) as Parameters).parameters;

test("azd's parameters are parameters of the template, with the same defaults", () => {
  const fallbacks = Object.entries(parameters).map(([name, { value }]) => {
    const [, fallback] = /^\$\{[A-Z_]+=(.*)\}$/.exec(value) ?? [];
    return [name, fallback ?? ""];
  });
  const inTemplate = Object.keys(parameters).map((name) => {
    const parameter = declared.find((candidate) => candidate.name === name);
    if (!parameter) return [name, "not a parameter of the template"];
    return [name, (parameter.value ?? "=").slice(1).trim().replaceAll("'", "")];
  });
  expect(Object.fromEntries(fallbacks)).toEqual(Object.fromEntries(inTemplate));
});

test("azd is given every parameter that has no default", () => {
  const required = declared.filter(({ value }) => value === undefined).map(({ name }) => name);
  expect(required).toEqual(["environmentName", "location"]);
  expect(Object.keys(parameters)).toEqual(expect.arrayContaining(required));
});

test("no parameter file stands in the way of azd's", () => {
  expect(globSync("infra/main.bicepparam", { cwd: ROOT })).toEqual([]);
  expect(azure.infra).toMatchObject({ path: "infra", module: "main" });
});

test("the service is the one that the app is tagged with", () => {
  expect(Object.keys(azure.services)).toEqual([/serviceName: '(\w+)'/.exec(main)?.[1]]);
});

test("the pipeline hands on variables that azd's parameters read, and the workflow sets them", () => {
  const text = JSON.stringify(parameters);
  const workflow = read(".github/workflows/deploy.yml");
  for (const variable of azure.pipeline.variables) {
    expect(text).toContain(`\${${variable}=`);
    expect(workflow).toContain(`  ${variable}: \${{ vars.${variable}`);
  }
});

test("roles are there before the app", () => {
  const app = main.slice(main.indexOf("module api "));
  expect(app.slice(0, app.indexOf("\n}\n"))).toContain("dependsOn: [roles]");
});

test("nothing is built on Azure: azd reads in .funcignore that node_modules is part of the package", () => {
  expect(azure.services["api"]?.remoteBuild).toBe(false);
  const folder = mkdtempSync(join(tmpdir(), "funcignore-"));
  try {
    // Git has the rules that azd reads the file by.
    copyFileSync(join(ROOT, ".funcignore"), join(folder, ".gitignore"));
    spawnSync("git", ["init", "--quiet"], { cwd: folder });
    for (const name of ["node_modules", "src", "dist"]) mkdirSync(join(folder, name));
    const ignored = (path: string) =>
      spawnSync("git", ["check-ignore", "--no-index", path], { cwd: folder }).status === 0;
    expect(["node_modules", "src", "local.settings.json", "dist"].map(ignored)).toEqual([
      false,
      true,
      true,
      false,
    ]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test.each(["azureStorage", "durableTaskScheduler"])("the hook lays out a package for %s", (backend) => {
  const service = azure.services["api"];
  const { posix, windows } = service?.hooks.prepackage ?? {};
  expect(windows?.run).toBe(posix?.run);
  const [, , script = ""] = posix?.run.split(" ") ?? [];
  const { status, stderr } = spawnSync(process.execPath, [script], {
    cwd: ROOT,
    encoding: "utf8",
    env: { ...process.env, DURABLE_BACKEND: backend },
  });
  expect(stderr).toBe("");
  expect(status).toBe(0);
  const packageFolder = join(ROOT, service?.dist ?? "");
  const file = (name: string) => readFileSync(join(packageFolder, name), "utf8");
  expect(file("host.json")).toBe(read(backend === "azureStorage" ? "host.json" : "host.dts.json"));
  const manifest = JSON.parse(file("package.json")) as { main: string; scripts?: unknown };
  expect(manifest).not.toHaveProperty("scripts");
  expect(manifest).not.toHaveProperty("devDependencies");
  expect(existsSync(join(packageFolder, manifest.main))).toBe(true);
  expect(file("package-lock.json")).not.toContain('"dev": true');
  const install = ["ci", "--dry-run", "--ignore-scripts", "--offline", "--no-audit"];
  const npm = spawnSync("npm", install, { cwd: packageFolder, shell: process.platform === "win32" });
  // Fails where the lock does not agree with the manifest.
  expect(npm.status).toBe(0);
  const files = globSync("**/*", { cwd: packageFolder });
  expect(
    files.filter((path) => /settings\.json/.test(path) || /^(?!node_modules).*\.ts$/.test(path)),
  ).toEqual([]);
});
