import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { parseArgs } from "node:util";
import { bin, fail, ROOT, runNode } from "./run.ts";

const HOST_FILES: Readonly<Record<string, string>> = {
  azureStorage: "host.json",
  durableTaskScheduler: "host.dts.json",
};

const HELP = `Usage: node tools/stage-package.ts [options]

Lays out what is deployed: the compiled app, package.json and package-lock.json with production dependencies only,
and host.json. Dependencies are not part of it: they are installed where the folder goes (remote build).

  --backend NAME  ${Object.keys(HOST_FILES).join(" or ")} (default DURABLE_BACKEND, else azureStorage)
  --out DIR       default .local/package, which azure.yaml names
  --help          this text`;

const { values } = parseArgs({
  options: {
    backend: { type: "string", default: process.env["DURABLE_BACKEND"] || "azureStorage" },
    out: { type: "string", default: join(".local", "package") },
    help: { type: "boolean", default: false },
  },
});
if (values.help) {
  console.log(HELP);
  process.exit();
}

// The scale controller of Azure reads the file, not settings that override it: the backend has to be in the file.
const hostFile = HOST_FILES[values.backend];
if (!hostFile) fail(`No such backend: ${values.backend}. Choose ${Object.keys(HOST_FILES).join(" or ")}.`);

const out = resolve(ROOT, values.out);
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
// Compiled from nothing into the package: dist/ may hold files whose source is gone.
const options = { outDir: join(out, "dist"), incremental: false, tsBuildInfoFile: null, sourceMap: false };
const flags = Object.entries(options).flatMap(([name, value]) => [`--${name}`, String(value)]);
const compiled = await runNode([bin("typescript", "tsc"), "-p", "tsconfig.build.json", ...flags]);
if (compiled !== 0) fail("The app does not compile; see above.");
cpSync(join(ROOT, hostFile), join(out, "host.json"));
writeJson("package.json", productionManifest());
writeJson("package-lock.json", productionLock());
console.log(`${relative(ROOT, out)}: the app for ${values.backend} (${hostFile})`);

function writeJson(name: string, content: unknown): void {
  writeFileSync(join(out, name), `${JSON.stringify(content, null, 2)}\n`);
}

/** No scripts either: the remote build runs one called "build", and everything is built. */
function productionManifest(): unknown {
  const { name, version, private: isPrivate, type, main, engines, dependencies } = readJson("package.json");
  return { name, version, private: isPrivate, type, main, engines, dependencies };
}

/** The lock without what only developers need, so that it agrees with the manifest and `npm ci` takes it. */
function productionLock(): unknown {
  const lock = readJson("package-lock.json") as { packages: Record<string, Record<string, unknown>> };
  const packages = Object.entries(lock.packages)
    .filter(([path, entry]) => path !== "" && entry["dev"] !== true)
    .map(([path, entry]) => [path, entry] as const);
  const { devDependencies: _, hasInstallScript: __, ...root } = lock.packages[""] ?? {};
  return { ...lock, packages: { "": root, ...Object.fromEntries(packages) } };
}

function readJson(name: string): Record<string, unknown> {
  return JSON.parse(readFileSync(join(ROOT, name), "utf8")) as Record<string, unknown>;
}
