import {
  isClass,
  isFunction,
  keyName,
  memberName,
  type ClassNode,
  type FunctionNode,
  type Node,
  type Of,
  propertyOf,
  stringOf,
  unwrap,
} from "./ast.ts";
import { type Module, requiredModule } from "./module.ts";
import { loadModule, resolveImport } from "./project.ts";
import type { Binding } from "./scopes.ts";

/** The definition that a name refers to, in any file: a function, a class, an object, a literal, any expression. */
export interface Value {
  readonly module: Module;
  /** The program node represents all exports of a module: `import * as`. */
  readonly node: Node;
}

/** A limit for circular definitions. */
const MAX_DEPTH = 20;

/** Resolves constants, imports and members to their definition; undefined if it is not certain. */
export function valueOf(module: Module, expression: Node, steps = MAX_DEPTH): Value | undefined {
  if (steps === 0) return undefined;
  const node = unwrap(expression);
  if (node.type === "Identifier") {
    const binding = module.scopes.bindingOf(node) ?? module.scopes.top.get(node.name);
    return binding && boundValue(module, binding, steps - 1);
  }
  if (node.type === "MemberExpression") {
    const name = memberName(node);
    if (name === undefined) return undefined;
    const object =
      node.object.type === "ThisExpression"
        ? classAround(module, node)
        : valueOf(module, node.object, steps - 1);
    return object && memberOf(object, name, node.object.type === "ThisExpression", steps - 1);
  }
  const required = requiredModule(node);
  if (required === undefined) return { module, node };
  return namespaceOf(module, required);
}

function boundValue(module: Module, binding: Binding, steps: number): Value | undefined {
  const { kind, node, id } = binding;
  if (kind === "import") return importedValue(module, node, steps);
  if (kind === "parameter" || module.scopes.isReassigned(binding)) return undefined;
  if (node.type === "VariableDeclarator") {
    if (!node.init) return undefined;
    return node.id === id
      ? valueOf(module, node.init, steps)
      : takenOut(module, node.id, id, node.init, steps);
  }
  return kind === "other" && node.type !== "TSEnumDeclaration" ? undefined : { module, node };
}

/** `const { name } = object`. */
function takenOut(module: Module, pattern: Node, id: Node, init: Node, steps: number): Value | undefined {
  if (pattern.type !== "ObjectPattern") return undefined;
  const property = pattern.properties.find((each) => each.type === "Property" && each.value === id);
  const name = property?.type === "Property" ? keyName(property.key, property.computed) : undefined;
  const object = name === undefined ? undefined : valueOf(module, init, steps);
  return object && name !== undefined ? memberOf(object, name, false, steps) : undefined;
}

function importedValue(module: Module, specifier: Node, steps: number): Value | undefined {
  const declaration = module.scopes.parentOf(specifier);
  if (declaration?.type !== "ImportDeclaration") return undefined;
  const target = namespaceOf(module, declaration.source.value);
  if (!target) return undefined;
  switch (specifier.type) {
    case "ImportNamespaceSpecifier":
      return target;
    case "ImportDefaultSpecifier":
      return exportedValue(target.module, "default", steps);
    case "ImportSpecifier": {
      const name = keyName(specifier.imported);
      return name === undefined ? undefined : exportedValue(target.module, name, steps);
    }
    default:
      return undefined;
  }
}

function namespaceOf(module: Module, specifier: string): Value | undefined {
  const file = resolveImport(module.file, specifier);
  const target = file === undefined ? undefined : loadModule(file);
  return target && { module: target, node: target.program };
}

function exportedValue(module: Module, name: string, steps: number): Value | undefined {
  if (steps <= 0) return undefined;
  const found = module.export(name);
  if (found && "node" in found) return valueOf(module, found.node, steps - 1);
  if (found) {
    const source = namespaceOf(module, found.from);
    return source && (found.name === "*" ? source : exportedValue(source.module, found.name, steps - 1));
  }
  for (const specifier of module.passedOn) {
    const source = namespaceOf(module, specifier);
    const value = source && exportedValue(source.module, name, steps - 1);
    if (value) return value;
  }
  return undefined;
}

function memberOf(object: Value, name: string, isThis: boolean, steps: number): Value | undefined {
  const { module, node } = object;
  if (node === module.program)
    return exportedValue(module, name, steps) ?? exportedMember(module, name, steps);
  if (isClass(node)) return methodOf(module, node, name, !isThis);
  switch (node.type) {
    case "ObjectExpression":
      return valueOfProperty(module, node, name, steps);
    case "CallExpression": {
      const [frozen] = memberName(node.callee) === "freeze" ? node.arguments : [];
      const value = frozen && valueOf(module, frozen, steps);
      return value && memberOf(value, name, false, steps);
    }
    case "NewExpression": {
      const created = valueOf(module, node.callee, steps);
      return created && isClass(created.node)
        ? methodOf(created.module, created.node, name, false)
        : undefined;
    }
    case "TSEnumDeclaration":
      return memberOfEnum(module, node, name);
    default:
      return undefined;
  }
}

function memberOfEnum(module: Module, node: Of<"TSEnumDeclaration">, name: string): Value | undefined {
  const member = node.body.members.find(({ id }) => keyName(id) === name);
  return member?.initializer ? { module, node: member.initializer } : undefined;
}

function valueOfProperty(
  module: Module,
  object: Of<"ObjectExpression">,
  name: string,
  steps: number,
): Value | undefined {
  // A spread may overwrite the property.
  if (object.properties.some(({ type }) => type === "SpreadElement")) return undefined;
  const value = propertyOf(object, name);
  return value && valueOf(module, value, steps);
}

/** `const helpers = require("./helpers")` of a module that assigns an object or a function to `module.exports`. */
function exportedMember(module: Module, name: string, steps: number): Value | undefined {
  const whole = exportedValue(module, "default", steps);
  return whole && whole.node.type === "ObjectExpression"
    ? memberOf(whole, name, false, steps - 1)
    : undefined;
}

function methodOf(module: Module, node: ClassNode, name: string, isStatic: boolean): Value | undefined {
  for (const member of node.body.body) {
    if (member.type !== "MethodDefinition" && member.type !== "PropertyDefinition") continue;
    if (keyName(member.key, member.computed) !== name || member.static !== isStatic) continue;
    return member.value ? { module, node: member.value } : undefined;
  }
  return undefined;
}

function classAround(module: Module, node: Node): Value | undefined {
  for (const around of module.scopes.ancestors(node)) if (isClass(around)) return { module, node: around };
  return undefined;
}

/** The function that an expression refers to; for a class, its constructor. */
export function functionOf(
  module: Module,
  expression: Node,
): { module: Module; node: FunctionNode } | undefined {
  const value = valueOf(module, expression);
  if (!value) return undefined;
  if (isFunction(value.node)) return { module: value.module, node: value.node };
  if (value.node === value.module.program) {
    const whole = exportedValue(value.module, "default", MAX_DEPTH);
    return whole && isFunction(whole.node) ? { module: whole.module, node: whole.node } : undefined;
  }
  if (!isClass(value.node)) return undefined;
  const built = value.node.body.body.find(
    (member) => member.type === "MethodDefinition" && member.kind === "constructor",
  );
  return built?.type === "MethodDefinition" && isFunction(built.value)
    ? { module: value.module, node: built.value }
    : undefined;
}

/** The value of an expression that is a constant string. */
export function textValueOf(module: Module, expression: Node): string | undefined {
  const value = valueOf(module, expression);
  return value && stringOf(value.node);
}
