import { globSync, readFileSync } from "node:fs";
import { join, posix } from "node:path";
import { ROOT } from "../run.ts";

/**
 * Which files may import which. Files and imported modules are globs of paths from the repository's root; packages are
 * matched by name. `{own}` is the folder of the importing file's pattern.
 */
export interface Rule {
  readonly files: readonly string[];
  readonly except?: readonly string[];
  /** They may import only these; `COMPUTED` is no matter of this list. */
  readonly only?: readonly string[];
  /** They must not import these. */
  readonly never?: readonly string[];
  /** Also checks what the imported files import at run time. */
  readonly reach?: boolean;
  /** The rule, as a sentence. */
  readonly says: string;
  /** What to do if it is violated. */
  readonly advice: string;
}

export interface Import {
  /** A path from the repository's root, or the name of a package; `COMPUTED` for a name that is made at run time. */
  readonly module: string;
  readonly line: number;
  /** Whether it disappears at run time. */
  readonly isType: boolean;
}

export type Imports = ReadonlyMap<string, readonly Import[]>;

export interface Breach {
  readonly file: string;
  readonly line: number;
  readonly imported: string;
  readonly rule: Rule;
}

/** The files with rules. */
const FILES = ["{src,test,tools}/**/*.ts", "packages/*/src/**/*.{ts,tsx}", "samples/plain-sdk/src/**/*.ts"];

/** The imports of all files with rules. */
export function readImports(): Imports {
  const files = globSync(FILES, { cwd: ROOT }).map((file) => file.replaceAll("\\", "/"));
  return new Map(files.map((file) => [file, importsOf(file, readFileSync(join(ROOT, file), "utf8"))]));
}

export const COMPUTED = "a computed name";

/** Statements begin a line, as the formatter writes them; `import()` may be anywhere. */
const IMPORT =
  /^(?:import|export)\s+(?<type>type\b)?(?:[^;"'`]*?\sfrom\s+)?"(?<from>[^"]+)"|\bimport\("(?<dynamic>[\w@./:-]+)"\)|(?<![#.\w"'`])(?:import|createRequire|require)\(/gm;

export function importsOf(file: string, text: string): Import[] {
  return [...text.matchAll(IMPORT)].map(({ index, groups = {} }) => {
    const name = groups["from"] ?? groups["dynamic"] ?? COMPUTED;
    return {
      module: name.startsWith(".") ? posix.join(posix.dirname(file), name) : name,
      line: text.slice(0, index).split("\n").length,
      isType: groups["type"] !== undefined,
    };
  });
}

export function checkBoundaries(imports: Imports, rules: readonly Rule[]): Breach[] {
  return rules.flatMap((rule) =>
    [...imports.keys()]
      .filter((file) => isAny(file, rule.files) && !isAny(file, rule.except ?? []))
      .flatMap((file) => breachesOf(rule, file, imports)),
  );
}

function breachesOf(rule: Rule, file: string, imports: Imports): Breach[] {
  const own = file.split("/").slice(0, 3).join("/");
  const withOwn = (globs: readonly string[]) => globs.map((glob) => glob.replace("{own}", own));
  const only = rule.only && withOwn(rule.only);
  const never = withOwn(rule.never ?? []);
  const isBreach = (module: string) =>
    isAny(module, never) || (only !== undefined && module !== COMPUTED && !isAny(module, only));
  const direct = imports.get(file) ?? [];
  const found = direct.filter(({ module }) => isBreach(module));
  const breaches = found.map(({ module, line }) => ({ file, line, imported: module, rule }));
  if (!rule.reach) return breaches;
  const reached = direct
    .filter(({ module, isType }) => !isType && !isBreach(module))
    .flatMap(({ module, line }) => {
      const chain = chainTo(isBreach, module, imports);
      return chain ? [{ file, line, imported: chain.join(", which imports "), rule }] : [];
    });
  return [...breaches, ...reached];
}

/** The chain of imports from a file to a forbidden module; undefined if there is none. */
function chainTo(
  isBreach: (module: string) => boolean,
  from: string,
  imports: Imports,
  seen = new Set<string>(),
): string[] | undefined {
  seen.add(from);
  for (const { module, isType } of imports.get(from) ?? []) {
    if (isType || seen.has(module)) continue;
    if (isBreach(module)) return [from, module];
    const rest = chainTo(isBreach, module, imports, seen);
    if (rest) return [from, ...rest];
  }
  return undefined;
}

const isAny = (path: string, globs: readonly string[]) => globs.some((glob) => posix.matchesGlob(path, glob));
