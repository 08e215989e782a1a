import { cpSync, writeFileSync } from "node:fs";
import { join, sep } from "node:path";
import { changed, pathOf } from "../../../../test/support/source-change.ts";
import { ROOT } from "../../../../tools/run.ts";
import type { Mutation } from "./mutation.ts";

/** The folders that orchestrators import, and the host.json that marks an app. */
const COPIED = ["host.json", "src", "samples/plain-sdk/host.json", "samples/plain-sdk/src"];

/** The path of the changed file for each mutation; each mutation has its own copy of the app. */
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
