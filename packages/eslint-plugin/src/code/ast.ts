import type { ArrowFunctionExpression, Class, Expression, Function as NamedFunction, Node } from "oxc-parser";

export type { Node } from "oxc-parser";
export type FunctionNode = NamedFunction | ArrowFunctionExpression;
export type ClassNode = Class;
export type Of<Type extends Node["type"]> = Extract<Node, { type: Type }>;

/** TypeScript removes types before the code runs. These TypeScript nodes contain code. */
const TS_CODE: ReadonlySet<string> = new Set([
  "TSAsExpression",
  "TSEnumBody",
  "TSEnumDeclaration",
  "TSEnumMember",
  "TSExportAssignment",
  "TSInstantiationExpression",
  "TSModuleBlock",
  "TSModuleDeclaration",
  "TSNonNullExpression",
  "TSParameterProperty",
  "TSSatisfiesExpression",
  "TSTypeAssertion",
]);
const NO_CHILDREN: ReadonlySet<string> = new Set([
  "comments",
  "implements",
  "loc",
  "parent",
  "range",
  "returnType",
  "superTypeArguments",
  "superTypeParameters",
  "tokens",
  "typeAnnotation",
  "typeArguments",
  "typeParameters",
]);

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && typeof value.type === "string";

const cache = new WeakMap<Node, Node[]>();

/** The direct children of a node that contain code, in source order. */
export function childrenOf(node: Node): readonly Node[] {
  let children = cache.get(node);
  if (!children) {
    children = [];
    for (const key of Object.keys(node)) {
      if (!NO_CHILDREN.has(key))
        addNodes(children, (node as unknown as Readonly<Record<string, unknown>>)[key]);
    }
    cache.set(node, children);
  }
  return children;
}

function addNodes(children: Node[], value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  if (Array.isArray(value)) for (const each of value) addNodes(children, each);
  else if (isNode(value) && (!value.type.startsWith("TS") || TS_CODE.has(value.type))) children.push(value);
}

/** Visits a node and its descendants. If `enter` returns `false`, the descendants of that node are skipped. */
export function walk(node: Node, enter: (node: Node) => boolean | void): void {
  if (enter(node) === false) return;
  for (const child of childrenOf(node)) walk(child, enter);
}

/** All parsers set `range`; some do not set `start`. */
export const startOf = (node: Node): number => node.range?.[0] ?? node.start;
export const endOf = (node: Node): number => node.range?.[1] ?? node.end;

export const isFunction = (node: Node | null | undefined): node is FunctionNode =>
  node?.type === "FunctionDeclaration" ||
  node?.type === "FunctionExpression" ||
  node?.type === "ArrowFunctionExpression";

export const isClass = (node: Node | null | undefined): node is ClassNode =>
  node?.type === "ClassDeclaration" || node?.type === "ClassExpression";

export const isLoop = (node: Node): boolean =>
  ["ForStatement", "ForInStatement", "ForOfStatement", "WhileStatement", "DoWhileStatement"].includes(
    node.type,
  );

/** Removes parentheses, type assertions and other syntax without effect at run time: `(x as T)!` gives `x`. */
export function unwrap(node: Node): Node {
  switch (node.type) {
    case "TSAsExpression":
    case "TSSatisfiesExpression":
    case "TSNonNullExpression":
    case "TSTypeAssertion":
    case "TSInstantiationExpression":
    case "ParenthesizedExpression":
    case "ChainExpression":
      return unwrap(node.expression);
    default:
      return node;
  }
}

/** The property name of a member expression: `a.b` and `a["b"]` give `b`. */
export function memberName(node: Node): string | undefined {
  if (node.type !== "MemberExpression") return undefined;
  if (!node.computed)
    return node.property.type === "PrivateIdentifier" ? `#${node.property.name}` : node.property.name;
  return stringOf(node.property);
}

/** The static name of a property, method or export. */
export function keyName(key: Node, computed = false): string | undefined {
  if (key.type === "Identifier" && !computed) return key.name;
  if (key.type === "PrivateIdentifier") return `#${key.name}`;
  return stringOf(key);
}

/** The value of a string literal, or of a template literal without expressions. */
export function stringOf(node: Node): string | undefined {
  if (node.type === "Literal") return typeof node.value === "string" ? node.value : undefined;
  if (node.type !== "TemplateLiteral" || node.expressions.length > 0) return undefined;
  return node.quasis[0]?.value.cooked ?? undefined;
}

/** The value of a property in an object literal. */
export function propertyOf(object: Node, name: string): Expression | undefined {
  if (object.type !== "ObjectExpression") return undefined;
  for (const property of object.properties) {
    if (property.type === "Property" && keyName(property.key, property.computed) === name) {
      return property.value;
    }
  }
  return undefined;
}
