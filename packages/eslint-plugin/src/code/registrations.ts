import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { memberName, type Node } from "./ast.ts";
import type { Module } from "./module.ts";
import { originOf } from "./origins.ts";
import { loadModule, rootOf, sourcesOf, textOf } from "./project.ts";
import { textValueOf } from "./values.ts";

/** The names that a project registers for one kind of function; undefined if the code does not determine them. */
export interface Registered {
  /** Names as written in the code. The extension compares them case-insensitively. */
  readonly names: ReadonlySet<string>;
}

export type Kind = "activity" | "orchestration";

interface Survey {
  readonly at: number;
  readonly kinds: Readonly<Record<Kind, Registered | undefined>>;
}

const surveys = new Map<string, Survey>();
const SURVEY_LASTS_MS = 3000;

/** The activities or orchestrations that the app of a module registers. */
export function registeredIn(module: Module, kind: Kind): Registered | undefined {
  const root = rootOf(module.file);
  // Without a host.json, the folder may be only a part of an app, and the other parts may register the name.
  if (root === undefined || !existsSync(join(root, "host.json"))) return undefined;
  let survey = surveys.get(root);
  if (!survey || performance.now() - survey.at >= SURVEY_LASTS_MS) {
    survey = { at: performance.now(), kinds: surveyOf(root) };
    surveys.set(root, survey);
  }
  const found = survey.kinds[kind];
  const own = collect([module], kind, []);
  const isKnown = own !== undefined || calls(module, kind).length === 0;
  return found && isKnown ? { names: new Set([...found.names, ...(own?.names ?? [])]) } : undefined;
}

function surveyOf(root: string): Survey["kinds"] {
  const needed = sourcesOf(root).filter((file) => REGISTERS.test(textOf(file) ?? ""));
  const modules = needed.flatMap((file) => loadModule(file) ?? []);
  // A file that cannot be parsed may register any name.
  if (modules.length < needed.length) return { activity: undefined, orchestration: undefined };
  const legacy = functionFolders(root);
  return {
    activity: collect(modules, "activity", legacy),
    orchestration: collect(modules, "orchestration", legacy),
  };
}

const REGISTERS = /\b(?:activity|orchestration)\s*[(<]/;

/** Undefined if the module registers nothing, or registers a name that is known only at run time. */
function collect(modules: readonly Module[], kind: Kind, legacy: readonly string[]): Registered | undefined {
  const names = new Set(legacy);
  for (const module of modules) {
    for (const [name] of calls(module, kind)) {
      const text = name && textValueOf(module, name);
      if (text === undefined) return undefined;
      names.add(text);
    }
  }
  return names.size > 0 ? { names } : undefined;
}

const calls = (module: Module, kind: Kind): (readonly Node[])[] =>
  module.all("CallExpression").flatMap(({ callee, arguments: given }) => {
    const isNamed = memberName(callee) === kind || (callee.type === "Identifier" && callee.name === kind);
    const origin = isNamed ? originOf(module, callee) : undefined;
    return origin?.package === "durable-functions" && origin.path.join(".") === `app.${kind}` ? [given] : [];
  });

/** Functions of the v3 programming model: each has a folder with a function.json. */
function functionFolders(root: string): string[] {
  return readdirSync(root, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(root, entry.name, "function.json")))
    .map(({ name }) => name);
}
