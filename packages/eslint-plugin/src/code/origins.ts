import { isBuiltin } from "node:module";
import { keyName, memberName, type Node, unwrap } from "./ast.ts";
import { type Module, requiredModule } from "./module.ts";
import { loadModule, resolveImport } from "./project.ts";
import type { Binding } from "./scopes.ts";

/**
 * The source of a value: a global or a package, and the path of members from there. `Date.now` is the global `["Date",
 * "now"]`. With `import { v4 } from "uuid"`, `v4` is `["v4"]` of the package `uuid`. `()` in the path is a call or
 * `new`.
 */
export interface Origin {
  /** The name of a package, with `node:` for Node's built-in modules; undefined for a global. */
  readonly package?: string;
  readonly path: readonly string[];
}

const GLOBALS = new Set(["globalThis", "global", "window", "self"]);
const MAX_DEPTH = 20;

/** Resolves names, members and calls to their origin; undefined for values that the code itself creates. */
export function originOf(module: Module, expression: Node, steps = MAX_DEPTH): Origin | undefined {
  if (steps === 0) return undefined;
  const node = unwrap(expression);
  const required = requiredModule(node);
  if (required !== undefined) return packageOrigin(required, []);
  switch (node.type) {
    case "Identifier":
      return nameOrigin(module, node, steps - 1);
    case "MemberExpression": {
      const name = memberName(node);
      return name === undefined ? undefined : extended(originOf(module, node.object, steps - 1), name);
    }
    case "CallExpression":
    case "NewExpression":
      return extended(originOf(module, node.callee, steps - 1), "()");
    case "AwaitExpression":
      return originOf(module, node.argument, steps - 1);
    default:
      return undefined;
  }
}

function nameOrigin(module: Module, identifier: Node & { name: string }, steps: number): Origin | undefined {
  const binding = module.scopes.bindingOf(identifier);
  if (binding) return boundOrigin(module, binding, steps);
  return { path: GLOBALS.has(identifier.name) ? [] : [identifier.name] };
}

function boundOrigin(module: Module, binding: Binding, steps: number): Origin | undefined {
  const { node, id, kind } = binding;
  if (kind === "import") return importOrigin(module, node, steps);
  if (
    node.type === "TSImportEqualsDeclaration" &&
    node.moduleReference.type === "TSExternalModuleReference"
  ) {
    return packageOrigin(node.moduleReference.expression.value, []);
  }
  if (node.type !== "VariableDeclarator" || !node.init || module.scopes.isReassigned(binding))
    return undefined;
  const init = originOf(module, node.init, steps);
  const path = init && pathIn(node.id, id);
  return path && extended(init, ...path);
}

/** The properties on the path through a destructuring pattern to a name. */
function pathIn(pattern: Node, id: Node): string[] | undefined {
  if (pattern === id) return [];
  if (pattern.type === "AssignmentPattern") return pathIn(pattern.left, id);
  if (pattern.type !== "ObjectPattern") return undefined;
  for (const property of pattern.properties) {
    if (property.type !== "Property") continue;
    const name = keyName(property.key, property.computed);
    const rest = pathIn(property.value, id);
    if (rest && name !== undefined) return [name, ...rest];
  }
  return undefined;
}

function importOrigin(module: Module, specifier: Node, steps: number): Origin | undefined {
  const declaration = module.scopes.parentOf(specifier);
  if (declaration?.type !== "ImportDeclaration") return undefined;
  const source = declaration.source.value;
  const name = importedName(specifier);
  const file = resolveImport(module.file, source);
  if (file !== undefined) return name === undefined ? undefined : exportOrigin(file, name, steps);
  return packageOrigin(source, name === undefined ? [] : [name]);
}

const importedName = (specifier: Node): string | undefined => {
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  return specifier.type === "ImportSpecifier" ? keyName(specifier.imported) : undefined;
};

/** A file of the project that re-exports a global or a package's export: `export const now = Date.now`. */
function exportOrigin(file: string, name: string, steps: number): Origin | undefined {
  const module = steps > 0 ? loadModule(file) : undefined;
  const found = module?.export(name);
  if (!module || !found) return undefined;
  if ("from" in found) return passedOrigin(file, found, steps - 1);
  if (found.node.type !== "Identifier") return originOf(module, found.node, steps - 1);
  const binding = module.scopes.bindingOf(found.node) ?? module.scopes.top.get(found.node.name);
  return binding && boundOrigin(module, binding, steps - 1);
}

/** `export { name } from "…"`. */
function passedOrigin(
  file: string,
  { from, name }: { readonly from: string; readonly name: string },
  steps: number,
): Origin | undefined {
  const source = resolveImport(file, from);
  if (source === undefined) return packageOrigin(from, name === "*" ? [] : [name]);
  return name === "*" ? undefined : exportOrigin(source, name, steps);
}

/** Relative modules are not resolved here. A package's default export counts as the package itself. */
function packageOrigin(source: string, path: readonly string[]): Origin | undefined {
  if (source.startsWith(".")) return undefined;
  const name = isBuiltin(source) && !source.startsWith("node:") ? `node:${source}` : source;
  return { package: name, path: path[0] === "default" ? path.slice(1) : path };
}

function extended(origin: Origin | undefined, ...names: readonly string[]): Origin | undefined {
  if (!origin) return undefined;
  const rest = origin.path.length === 0 && names[0] === "default" ? names.slice(1) : names;
  return { ...origin, path: [...origin.path, ...rest] };
}

/** Whether an origin is a global with this name, or a member of one: `isGlobal(origin, "Date", "now")`. */
export const isGlobal = (origin: Origin | undefined, ...path: readonly string[]): boolean =>
  origin !== undefined && origin.package === undefined && origin.path.join(".") === path.join(".");
