import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { ROOT } from "../run.ts";
import type { Imports, Rule } from "./check.ts";

/** A file in the wrong place, and the remedy. */
export interface Misplaced {
  readonly path: string;
  readonly says: string;
  readonly advice: string;
}

/** Text by path from the repository's root. */
export type Texts = ReadonlyMap<string, string>;

const MOST_FILES = 8;
/** The roles of the files at the top of a pattern's folder, `<domain>.<role>.ts`: required and optional ones. */
const IN_ALL = ["contract", "http", "openapi", "pattern"];
const ROLES = [...IN_ALL, "activities", "entity", "orchestrator", "progress", "queue", "restart", "view"];
const NAME = new RegExp(`^[\\w-]+\\.(?:${ROLES.join("|")})\\.ts$`);
/** A file has this role if and only if it contains this code. */
const CODE: readonly (readonly [role: string, code: RegExp])[] = [
  ["orchestrator", /\borchestrator\(/],
  ["activities", /\bactivity\(/],
  ["entity", /\bentity\(/],
];

const pathsOf = (glob: string) => globSync(glob, { cwd: ROOT }).map((file) => file.replaceAll("\\", "/"));

export function readPatternFiles(): Texts {
  const files = pathsOf("src/patterns/*/**/*.*");
  return new Map(files.map((file) => [file, readFileSync(join(ROOT, file), "utf8")]));
}

/** Whether the folders of patterns have the same structure, so that a reader of one finds everything in another. */
export function checkPatternFolders(files: Texts): Misplaced[] {
  const top = [...files.keys()].filter((file) => file.split("/").length === 4);
  const folders = Map.groupBy(top, (file) => posix.dirname(file));
  return [
    ...[...folders].flatMap(([folder, names]) => checkTop(folder, names)),
    ...[...files].flatMap(([file, text]) => checkCode(file, text)),
  ];
}

function checkTop(folder: string, files: readonly string[]): Misplaced[] {
  const found: Misplaced[] = [];
  if (files.length > MOST_FILES) {
    const says = `has ${files.length} files at its top; ${MOST_FILES} are the most.`;
    found.push({ path: folder, says, advice: "Move the large parts to a named subfolder." });
  }
  for (const role of IN_ALL.filter((each) => !files.some((file) => file.endsWith(`.${each}.ts`)))) {
    found.push({
      path: folder,
      says: `has no *.${role}.ts.`,
      advice: "Each pattern has one: see CONTRIBUTING.md.",
    });
  }
  const domains = new Set(files.map((file) => posix.basename(file).split(".")[0]));
  if (domains.size > 1) {
    const says = `has files of several domains: ${[...domains].join(", ")}.`;
    found.push({
      path: folder,
      says,
      advice: "Give all files at its top one domain, or move them to a folder in it.",
    });
  }
  for (const file of files.filter((each) => !NAME.test(posix.basename(each)))) {
    const says = `is not called <domain>.<role>.ts with one of the roles ${ROLES.join(", ")}.`;
    found.push({ path: file, says, advice: "Rename it, or move it to a folder in the pattern's." });
  }
  return found;
}

function checkCode(path: string, text: string): Misplaced[] {
  return CODE.filter(([role, code]) => path.endsWith(`.${role}.ts`) !== code.test(text)).map(([role]) => ({
    path,
    says: path.endsWith(`.${role}.ts`) ? `has no ${role}.` : `is not called *.${role}.ts.`,
    advice: `Files called *.${role}.ts, and no others, have code of this role.`,
  }));
}

/** The folder of each package's code, and each folder of the app's and of the engine's. */
export const readParts = (): string[] => [
  ...pathsOf("packages/*/package.json").map((file) => `${posix.dirname(file)}/src`),
  ...pathsOf("{src,packages/local-host/src/engine}/*/"),
];

/** Whether each part has a rule for its imports; one that also holds for any folder beside it is not enough. */
export function checkParts(parts: readonly string[], rules: readonly Rule[]): Misplaced[] {
  const globs = rules.flatMap(({ files }) => files);
  const isFor = (part: string, glob: string) =>
    [`${part}/a.ts`, `${part}/a/a.ts`].some((file) => posix.matchesGlob(file, glob));
  const sibling = (part: string) => part.replace(/[^/]+(?=(?:\/src)?$)/, "any-other");
  const isRuled = (part: string) => globs.some((glob) => isFor(part, glob) && !isFor(sibling(part), glob));
  return parts
    .filter((part) => !isRuled(part))
    .map((path) => ({
      path,
      says: "has no rule for its imports.",
      advice: "Add one to tools/boundaries/rules.ts.",
    }));
}

/** Helpers of all patterns. A test through one pattern may not cover how the next pattern uses them. */
const SHARED = "src/{storage,http,durable/client}/*.ts";

/** Whether each shared helper has a test of its own. */
export function checkTests(imports: Imports): Misplaced[] {
  const tests = [...imports].filter(([file]) => file.endsWith(".test.ts"));
  const tested = new Set(tests.flatMap(([, imported]) => imported.map(({ module }) => module)));
  const files = [...imports.keys()].filter((file) => posix.matchesGlob(file, SHARED) && !tested.has(file));
  return files.map((path) => ({
    path,
    says: "is used by all patterns, but no test imports it.",
    advice: `Add ${path.replace("src/", "test/").replace("/client/", "/").replace(/\.ts$/, ".test.ts")}.`,
  }));
}
