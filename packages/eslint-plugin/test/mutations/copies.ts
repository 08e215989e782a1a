import { cpSync, globSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Mutation } from "./mutation.ts";

const ROOT = fileURLToPath(new URL("../../../../", import.meta.url));
/** What orchestrators import, with the host.json that marks an app. */
const COPIED = ["host.json", "src", "samples/plain-sdk/host.json", "samples/plain-sdk/src"];

/** The changed file of each change, below the folder; a copy of the app has one change a file. */
export function copiesWith(mutations: readonly Mutation[], folder: string): Map<Mutation, string> {
  const paths = new Map<Mutation, string>();
  for (const mutation of mutations) {
    const path = pathOf(mutation);
    const taken = new Set(paths.values());
    let copy = 0;
    while (taken.has(join(`copy-${copy}`, path))) copy += 1;
    paths.set(mutation, join(`copy-${copy}`, path));
  }
  for (const copy of new Set([...paths.values()].map((path) => path.split(sep)[0] ?? ""))) {
    for (const path of COPIED) cpSync(join(ROOT, path), join(folder, copy, path), { recursive: true });
  }
  for (const [mutation, path] of paths) writeFileSync(join(folder, path), changed(mutation));
  return paths;
}

/** Found by its name: files move, and a change still means the same. */
function pathOf({ name, file }: Mutation): string {
  const all = globSync(["src/**/*.ts", "samples/plain-sdk/src/**/*.ts"], { cwd: ROOT });
  const [path, ...others] = all.filter((each) => basename(each) === file);
  if (path === undefined || others.length > 0) throw new Error(`"${name}": ${file} is not there once`);
  return path;
}

function changed(mutation: Mutation): string {
  let text = readFileSync(join(ROOT, pathOf(mutation)), "utf8");
  for (const [from, to] of mutation.edits) {
    if (text.split(from).length !== 2) {
      throw new Error(`"${mutation.name}": "${from}" is not once in ${mutation.file}`);
    }
    text = text.replace(from, () => to);
  }
  return text;
}
