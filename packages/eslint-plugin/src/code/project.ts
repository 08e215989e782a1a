import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { dirname, extname, join, resolve } from "node:path";
import { parseSync } from "oxc-parser";
import { Module } from "./module.ts";

const SOURCE = /\.[cm]?[jt]sx?$/;
const DECLARATIONS = /\.d\.[cm]?ts$/;
const EXTENSIONS = [".ts", ".tsx", ".mts", ".cts", ".js", ".jsx", ".mjs", ".cjs"];
/** Imports name the compiled file; this maps its extension to those of the source. */
const SOURCE_EXTENSIONS: Readonly<Record<string, readonly string[]>> = {
  ".js": [".ts", ".tsx"],
  ".jsx": [".tsx"],
  ".mjs": [".mts"],
  ".cjs": [".cts"],
};
const IGNORED_FOLDERS = new Set(["node_modules", "dist", "build", "out", "coverage"]);
/** A limit for the case that the linter runs in the root folder of a disk. */
const MAX_FILES = 10_000;

interface Read {
  readonly stamp: number;
  readonly text: string;
  module?: Module | undefined;
  isParsed: boolean;
}

const files = new Map<string, Read>();

/** The text of a file, read again only if it has changed. */
function read(file: string): Read | undefined {
  try {
    const { mtimeMs, size, isFile } = statOf(file);
    if (!isFile) return undefined;
    const known = files.get(file);
    const stamp = mtimeMs + size;
    if (known?.stamp === stamp) return known;
    const fresh = { stamp, text: readFileSync(file, "utf8"), isParsed: false };
    files.set(file, fresh);
    return fresh;
  } catch {
    return undefined;
  }
}

function statOf(file: string) {
  const stat = statSync(file);
  return { mtimeMs: stat.mtimeMs, size: stat.size, isFile: stat.isFile() };
}

/** The text of a file; undefined if the file does not exist. */
export const textOf = (file: string): string | undefined => read(file)?.text;

/** A file of the project, parsed once per content; undefined if it is missing or is not JavaScript or TypeScript. */
export function loadModule(file: string): Module | undefined {
  const known = read(file);
  if (!known) return undefined;
  if (!known.isParsed) {
    known.isParsed = true;
    const { program, errors } = parseSync(file, known.text, { range: true, preserveParens: false });
    if (errors.length === 0) known.module = new Module(file, known.text, program);
  }
  return known.module;
}

/** The file that a relative import refers to; undefined for packages and missing files. */
export function resolveImport(from: string, specifier: string): string | undefined {
  if (!/^\.{1,2}(?:\/|$)/.test(specifier)) return undefined;
  const path = resolve(dirname(from), specifier);
  const extension = extname(path);
  const stem = extension ? path.slice(0, -extension.length) : path;
  const candidates = [
    ...(SOURCE_EXTENSIONS[extension] ?? []).map((other) => stem + other),
    path,
    ...EXTENSIONS.map((other) => path + other),
    ...EXTENSIONS.map((other) => join(path, `index${other}`)),
  ];
  return candidates.find((candidate) => SOURCE.test(candidate) && read(candidate) !== undefined);
}

/**
 * The folder of the Functions app that contains a file (the folder with host.json), or else the folder of its package.
 */
export function rootOf(file: string): string | undefined {
  for (const mark of ["host.json", "package.json"]) {
    for (let folder = dirname(file); ; folder = dirname(folder)) {
      if (existsSync(join(folder, mark))) return folder;
      if (folder === dirname(folder)) break;
    }
  }
  return undefined;
}

/** The source files of a project, without installed packages and build output. */
export function sourcesOf(root: string): string[] {
  const found: string[] = [];
  const folders = [root];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        if (!entry.name.startsWith(".") && !IGNORED_FOLDERS.has(entry.name)) folders.push(path);
      } else if (SOURCE.test(entry.name) && !DECLARATIONS.test(entry.name)) found.push(path);
      if (found.length >= MAX_FILES) return found;
    }
  }
  return found.toSorted();
}

function entriesOf(folder: string) {
  try {
    return readdirSync(folder, { withFileTypes: true });
  } catch {
    return [];
  }
}
