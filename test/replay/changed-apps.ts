import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import path from "node:path";
import { ROOT } from "../../tools/run.ts";
import { changed, pathOf, type SourceChange } from "../support/source-change.ts";

/** What the gate and the linter read of the app, and of the samples with the plain SDK. */
const COPIED = ["host.json", "src", "samples/plain-sdk/host.json", "samples/plain-sdk/src"];

/** A copy of the app with changes that do not affect each other. */
export interface ChangedApp {
  readonly folder: string;
  /** By the part of the code that has changed. */
  readonly changes: ReadonlyMap<string, SourceChange>;
}

/** Copies of the app, as few as possible, because each is loaded: no copy has two changes of the same pattern or sample. */
export function changedApps(changes: readonly SourceChange[], folder: string): ChangedApp[] {
  const copies: Map<string, SourceChange>[] = [];
  for (const change of changes) {
    const part = partOf(change);
    let copy = copies.find((other) => isFree(other, part));
    if (copy === undefined) copies.push((copy = new Map()));
    copy.set(part, change);
  }
  return copies.map((copy, i) => makeCopy(path.join(folder, String(i)), copy));
}

/** The name of the pattern; or the path of a file outside of patterns, which may affect all of them. */
export function partOf(change: SourceChange): string {
  const file = pathOf(change).replaceAll("\\", "/");
  return /^src\/patterns\/([\w-]+)\//.exec(file)?.[1] ?? file;
}

const isShared = (part: string): boolean => part.startsWith("src/");

function isFree(copy: ReadonlyMap<string, SourceChange>, part: string): boolean {
  return !copy.has(part) && !isShared(part) && ![...copy.keys()].some(isShared);
}

const ENTRY = "src/index.ts";
/** Only the first app of a process may set options, and one process loads several copies. Replays need none. */
const SETUP = /^app\.setup\(.*\);$/m;

/** Node runs the TypeScript sources directly, so that no build is needed for a change. */
function makeCopy(folder: string, changes: ReadonlyMap<string, SourceChange>): ChangedApp {
  for (const part of COPIED) cpSync(path.join(ROOT, part), path.join(folder, part), { recursive: true });
  symlinkSync(path.join(ROOT, "node_modules"), path.join(folder, "node_modules"), "junction");
  writeFileSync(path.join(folder, "package.json"), JSON.stringify({ type: "module", main: ENTRY }));
  writeFileSync(path.join(folder, ENTRY), readFileSync(path.join(ROOT, ENTRY), "utf8").replace(SETUP, ""));
  for (const change of changes.values()) writeFileSync(path.join(folder, pathOf(change)), changed(change));
  return { folder, changes };
}
