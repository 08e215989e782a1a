import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test, vi } from "vitest";
import { parse } from "yaml";
import { ROOT } from "../../tools/run.ts";

// Another process builds the package, as azd does it.
vi.setConfig({ testTimeout: 180_000 });

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
  readonly parameters: Readonly<
    Record<string, { readonly value: string | Readonly<Record<string, string>> }>
  >;
}

const parameters = (JSON.parse(read("infra/main.parameters.json")) as Parameters).parameters;
const single = Object.entries(parameters).flatMap(([name, { value }]) =>
  typeof value === "string" ? [{ name, value }] : [],
);
const { shopSettings } = parameters;
const shopVariables = Object.keys(shopSettings?.value ?? {});
/** The parameters that azd and the workflow pass on, except location and principal. */
const variables = [...JSON.stringify(parameters).matchAll(/\$\{(\w+)/g)]
  .map(([, name = ""]) => name)
  .filter((name) => !name.startsWith("AZURE_"));

test("every parameter of the template can be set with azd, with the same default", () => {
  expect(Object.keys(parameters).toSorted()).toEqual(declared.map(({ name }) => name).toSorted());
  const inTemplate = new Map(
    declared.map(({ name, value }) => [name, value?.slice(1).trim().replaceAll("'", "")]),
  );
  const other = single.filter(({ name, value }) => {
    const [, fallback] = /^\$\{[A-Z_]+=(.*)\}$/.exec(value) ?? [];
    // Without a value, azd omits the parameter, and the template's default applies.
    return fallback !== undefined && fallback !== inTemplate.get(name);
  });
  expect(other).toEqual([]);
});

test("azd is given every parameter that has no default", () => {
  const required = declared.filter(({ value }) => value === undefined).map(({ name }) => name);
  expect(required).toEqual(["environmentName", "location"]);
});

test("every setting of the shop can be set with azd, by its own name", () => {
  const source = read("src/settings.ts");
  const settings = new Set(source.match(/(?<=^ {4})SHOP_[A-Z_]+(?=:)/gm));
  expect(settings.size).toBeGreaterThan(10);
  expect(new Set(variables.filter((name) => name.startsWith("SHOP_")))).toEqual(settings);
  for (const [name, value] of Object.entries(shopSettings?.value ?? {})) expect(value).toBe(`\${${name}=}`);
});

test("every setting on a page exists", () => {
  const pages = globSync(["README.md", "docs/**/*.md"], { cwd: ROOT }).map(read).join("\n");
  // Settings of tests, and one that the template creates.
  const others = /^SHOP_(BOOKS_|STORAGE__|STORAGE$|KEEP_$|PURGE_$)/;
  const named = new Set(pages.match(/\bSHOP_[A-Z_]+/g));
  expect([...named].filter((name) => !others.test(name) && !variables.includes(name))).toEqual([]);
  const deploy = read("docs/deploy.md");
  const set = [...deploy.matchAll(/^\| `([A-Z][A-Z_]+)` /gm)].map(([, name = ""]) => name);
  const own = (names: readonly string[]) => names.filter((name) => !shopVariables.includes(name)).toSorted();
  expect(own(set)).toEqual(own(variables));
  expect(shopVariables.filter((name) => !deploy.includes(`\`${name}\``))).toEqual([]);
});

test("the pipeline has the same variables, and the workflow sets them", () => {
  expect(azure.pipeline.variables).toEqual(variables);
  const { env } = parse(read(".github/workflows/azure-dev.yml")) as { env: Record<string, string> };
  const set = Object.entries(env).filter(([name]) => !name.startsWith("AZURE_"));
  expect(set.map(([name]) => name)).toEqual(variables);
  for (const [name, value] of set) {
    expect(value).toMatch(new RegExp(`^\\$\\{\\{ vars\\.${name}( \\|\\| '.+')? \\}\\}$`));
  }
});

test("the parameters for az are the same as those of azd", () => {
  const run = (env: Record<string, string>) => {
    const command = [join(ROOT, "tools", "deployment-parameters.ts")];
    const { stdout, stderr } = spawnSync(process.execPath, command, { encoding: "utf8", env });
    return stderr || (JSON.parse(stdout) as { parameters: Record<string, { value: unknown }> }).parameters;
  };
  const named = { AZURE_ENV_NAME: "dev", AZURE_LOCATION: "westeurope" };
  expect(run(named)).toMatchObject({ alwaysReadyHttp: { value: 0 }, nodeVersion: { value: "24" } });
  expect(run(named)).not.toHaveProperty("extraAppSettings");
  const chosen = {
    VNET_ENABLED: "true",
    EXTRA_TAGS: '{"a":"b"}',
    SHOP_KEEP_FAILED: "P60D",
    NODE_VERSION: "",
  };
  expect(run({ ...named, ...chosen })).toMatchObject({
    vnetEnabled: { value: true },
    extraTags: { value: { a: "b" } },
    shopSettings: { value: { SHOP_KEEP_FAILED: "P60D", SHOP_KEEP_COMPLETED: "" } },
    nodeVersion: { value: "24" },
  });
  expect(run({})).toContain("set AZURE_ENV_NAME");
  expect(run({ ...named, ZONE_REDUNDANT: "yes" })).toContain('zoneRedundant, and "yes" is not JSON');
});

test("no other parameter file conflicts with that of azd", () => {
  expect(globSync("infra/main.bicepparam", { cwd: ROOT })).toEqual([]);
  expect(azure.infra).toMatchObject({ path: "infra", module: "main" });
});

test("the service is the one in the app's tag", () => {
  expect(Object.keys(azure.services)).toEqual([/serviceName: '(\w+)'/.exec(main)?.[1]]);
});

test("roles exist before the app", () => {
  const app = main.slice(main.indexOf("module api "));
  expect(app.slice(0, app.indexOf("\n}\n"))).toContain("dependsOn: [roles]");
});

test("nothing is built on Azure: azd reads in .funcignore that node_modules is part of the package", () => {
  expect(azure.services["api"]?.remoteBuild).toBe(false);
  const folder = mkdtempSync(join(tmpdir(), "funcignore-"));
  try {
    // azd reads the file by Git's rules.
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

test.each(["azureStorage", "durableTaskScheduler"])("the hook stages a package for %s", (backend) => {
  const service = azure.services["api"];
  const { posix, windows } = service?.hooks.prepackage ?? {};
  expect(windows?.run).toBe(posix?.run);
  const { status, stderr } = spawnSync(posix?.run ?? "", {
    cwd: ROOT,
    shell: true,
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
  const install = "npm ci --dry-run --ignore-scripts --offline --no-audit";
  const npm = spawnSync(install, { cwd: packageFolder, shell: true });
  // Fails if the lock file does not match the manifest.
  expect(npm.status).toBe(0);
  const files = globSync("**/*", { cwd: packageFolder });
  expect(
    files.filter((path) => /settings\.json/.test(path) || /^(?!node_modules).*\.ts$/.test(path)),
  ).toEqual([]);
});
