import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, resolve } from "node:path";
import { zipSync, type Zippable } from "fflate";
import { commandLine } from "./command-line.ts";
import { fail, ROOT, runNode } from "./run.ts";
import { stagedFolder } from "./staged-folder.ts";

/** A larger package has a cause to be checked: a new dependency, or another platform's binaries. */
const MAX_MB = 12;

const HELP = `Usage: npm run package [-- options]

Makes the zip for the deployment from the output of tools/stage-package.ts. Fails if it has more than ${MAX_MB} MB.

  --backend NAME  azureStorage (default) or durableTaskScheduler
  --out FILE      default .local/package.zip
  --help          show this text`;

const values = commandLine(HELP, {
  backend: { type: "string", default: process.env["DURABLE_BACKEND"] || "azureStorage" },
  out: { type: "string", default: join(".local", "package.zip") },
});

const out = resolve(ROOT, values.out);
if (existsSync(out) && statSync(out).isDirectory()) fail(`--out ${values.out}: it is a folder; name a file.`);
const folder = stagedFolder("--out", out.replace(/(\.zip)?$/, "-files"));
const stage = ["tools/stage-package.ts", "--backend", values.backend, "--out", folder];
if ((await runNode(stage)) !== 0) fail("The app could not be staged; see above.");
const entries = readFiles();
const zip = zipSync(zippable(entries), { level: 9 });
writeFileSync(out, zip);
rmSync(folder, { recursive: true });
report();

/** Whether the app needs a file of a package: not types, sources, maps and documentation. Licences stay. */
function isNeeded(path: string): boolean {
  if (!path.startsWith("node_modules/")) return true;
  if (path === "node_modules/.package-lock.json" || path.includes("/.bin/")) return false;
  return !/\.(?:map|[cm]?ts|md|markdown)$|\/\.github\//.test(path);
}

/** Sorted, so that the order does not depend on the machine. */
function readFiles(): [path: string, content: Uint8Array][] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((path) => statSync(join(folder, path)).isFile())
    .map((path) => path.replaceAll("\\", "/"))
    .filter(isNeeded)
    .toSorted()
    .map((path) => [path, readFileSync(join(folder, path))]);
}

/** The same files give the same bytes: all have the same time and are readable for everyone. */
function zippable(files: readonly [string, Uint8Array][]): Zippable {
  const attributes = { mtime: new Date(1980, 0, 1), os: 3, attrs: 0o100644 << 16 };
  return Object.fromEntries(files.map(([path, content]) => [path, [content, attributes]]));
}

function report(): void {
  const parts = new Map<string, number>();
  for (const [path, content] of entries) {
    const name = /^node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? path.split("/")[0] ?? path;
    parts.set(name, (parts.get(name) ?? 0) + content.length);
  }
  const unpacked = entries.reduce((sum, [, { length }]) => sum + length, 0);
  const size = inMB(zip.length);
  console.log(
    `${relative(ROOT, out)}: ${size} MB, ${entries.length} files of ${inMB(unpacked)} MB; largest:`,
  );
  const largest = [...parts].toSorted(([, a], [, b]) => b - a).slice(0, 10);
  for (const [name, length] of largest) console.log(`  ${inMB(length).padStart(6)} MB  ${name}`);
  const isTooLarge = zip.length > MAX_MB * 1e6;
  if (isTooLarge) fail(`The package has ${size} MB; more than ${MAX_MB} MB are not allowed.`);
}

function inMB(bytes: number): string {
  return (bytes / 1e6).toFixed(1);
}
