import {
  childrenOf,
  type FunctionNode,
  isClass,
  isFunction,
  isLoop,
  type Node,
  type Of,
  walk,
} from "./ast.ts";

/** A name and the node that gives it its value. */
export interface Binding {
  readonly name: string;
  readonly kind: "import" | "const" | "let" | "var" | "function" | "class" | "parameter" | "other";
  /** The declarator, function, class, import specifier or parameter. */
  readonly node: Node;
  /** The identifier that declares the name. */
  readonly id: Node;
  readonly scope: Scope;
  readonly references: Node[];
}

interface Scope {
  readonly node: Node;
  readonly parent: Scope | undefined;
  readonly names: Map<string, Binding>;
}

const BLOCKS: ReadonlySet<string> = new Set([
  "BlockStatement",
  "CatchClause",
  "StaticBlock",
  "SwitchStatement",
  "TSModuleBlock",
]);

const opensScope = (node: Node): boolean =>
  BLOCKS.has(node.type) || isFunction(node) || isClass(node) || isLoop(node);

/**
 * The names of a module and their references. Own scope analysis, because it must work on the linter's tree and on the
 * trees of other files.
 */
export class Scopes {
  readonly root: Node;
  readonly #parents = new WeakMap<Node, Node>();
  readonly #scopes = new Map<Node, Scope>();
  readonly #written = new Set<Binding>();
  readonly #resolved = new Map<Node, Binding>();

  constructor(program: Node) {
    this.root = program;
    this.#scopes.set(program, { node: program, parent: undefined, names: new Map() });
    this.#enter(program);
    walk(program, (node) => {
      if (node.type === "Identifier" && isReference(node, this.parentOf(node))) this.#resolve(node);
    });
  }

  parentOf(node: Node): Node | undefined {
    return this.#parents.get(node);
  }

  /** The binding that an identifier refers to; undefined for a global. */
  bindingOf(identifier: Node): Binding | undefined {
    return this.#resolved.get(identifier);
  }

  /** The top-level names of the module. */
  get top(): ReadonlyMap<string, Binding> {
    return this.#scopes.get(this.root)?.names ?? new Map<string, Binding>();
  }

  /** The binding that an identifier declares. */
  declaredBy(id: Node): Binding | undefined {
    if (id.type !== "Identifier") return undefined;
    for (let at = this.parentOf(id); at; at = this.parentOf(at)) {
      const found = this.#scopes.get(at)?.names.get(id.name);
      if (found) return found.id === id ? found : undefined;
    }
    return undefined;
  }

  isTop(binding: Binding): boolean {
    return binding.scope.node === this.root;
  }

  /** Whether a name is assigned again after its declaration. */
  isReassigned(binding: Binding): boolean {
    return this.#written.has(binding);
  }

  /** The innermost function that contains a node. */
  functionAround(node: Node): FunctionNode | undefined {
    for (let at = this.parentOf(node); at; at = this.parentOf(at)) if (isFunction(at)) return at;
    return undefined;
  }

  *ancestors(node: Node): Generator<Node> {
    for (let at = this.parentOf(node); at; at = this.parentOf(at)) yield at;
  }

  #enter(program: Node): void {
    const visit = (node: Node, parent: Node | undefined, outer: Scope): void => {
      if (parent) this.#parents.set(node, parent);
      this.#declare(node, outer);
      let scope = outer;
      if (parent && opensScope(node)) {
        scope = { node, parent: outer, names: new Map() };
        this.#scopes.set(node, scope);
        this.#declareInside(node, scope);
      }
      for (const child of childrenOf(node)) visit(child, node, scope);
    };
    const root = this.#scopes.get(program);
    if (root) visit(program, undefined, root);
  }

  /** Names that a node declares in the surrounding scope. */
  #declare(node: Node, scope: Scope): void {
    switch (node.type) {
      case "VariableDeclaration":
        declareVariables(node, scope);
        return;
      case "FunctionDeclaration":
        if (node.id) add(scope, node.id, "function", node);
        return;
      case "ClassDeclaration":
        if (node.id) add(scope, node.id, "class", node);
        return;
      case "ImportDeclaration":
        for (const specifier of node.specifiers) add(scope, specifier.local, "import", specifier);
        return;
      case "TSEnumDeclaration":
      case "TSModuleDeclaration":
      case "TSImportEqualsDeclaration":
        if (node.id.type === "Identifier") add(scope, node.id, "other", node);
        return;
      default:
    }
  }

  /** Names that a node declares in its own scope. */
  #declareInside(node: Node, scope: Scope): void {
    if (isFunction(node)) {
      if (node.type === "FunctionExpression" && node.id) add(scope, node.id, "function", node);
      for (const parameter of node.params) {
        for (const id of namesIn(parameter)) add(scope, id, "parameter", parameter);
      }
    } else if (node.type === "ClassExpression" && node.id) {
      add(scope, node.id, "class", node);
    } else if (node.type === "CatchClause" && node.param) {
      for (const id of namesIn(node.param)) add(scope, id, "other", node.param);
    }
  }

  #resolve(identifier: Node & { name: string }): void {
    for (let at: Node | undefined = identifier; at; at = this.parentOf(at)) {
      const binding = this.#scopes.get(at)?.names.get(identifier.name);
      if (!binding) continue;
      if (identifier === binding.id) return;
      this.#resolved.set(identifier, binding);
      binding.references.push(identifier);
      if (isWritten(identifier, this)) this.#written.add(binding);
      return;
    }
  }
}

function declareVariables({ kind: written, declarations }: Of<"VariableDeclaration">, scope: Scope): void {
  const kind = written === "let" || written === "var" ? written : "const";
  const target = kind === "var" ? functionScope(scope) : scope;
  for (const declarator of declarations) {
    for (const id of namesIn(declarator.id)) add(target, id, kind, declarator);
  }
}

const functionScope = (scope: Scope): Scope =>
  isFunction(scope.node) || !scope.parent ? scope : functionScope(scope.parent);

function add(scope: Scope, id: Node, kind: Binding["kind"], node: Node): void {
  if (id.type !== "Identifier" || scope.names.has(id.name)) return;
  scope.names.set(id.name, { name: id.name, kind, node, id, scope, references: [] });
}

/** The identifiers that a pattern declares. */
export function namesIn(pattern: Node): Node[] {
  switch (pattern.type) {
    case "Identifier":
      return [pattern];
    case "ObjectPattern":
      return pattern.properties.flatMap((property) =>
        namesIn(property.type === "RestElement" ? property.argument : property.value),
      );
    case "ArrayPattern":
      return pattern.elements.flatMap((element) => (element ? namesIn(element) : []));
    case "AssignmentPattern":
      return namesIn(pattern.left);
    case "RestElement":
      return namesIn(pattern.argument);
    case "TSParameterProperty":
      return namesIn(pattern.parameter);
    default:
      return [];
  }
}

const NAMES_ONLY: ReadonlySet<string> = new Set([
  "BreakStatement",
  "ContinueStatement",
  "ImportAttribute",
  "ImportDefaultSpecifier",
  "ImportNamespaceSpecifier",
  "ImportSpecifier",
  "LabeledStatement",
  "MetaProperty",
  "TSEnumDeclaration",
]);

/** Whether an identifier reads or writes a variable, and is not a property name, a label or a declaration. */
function isReference(node: Node, parent: Node | undefined): boolean {
  if (!parent || NAMES_ONLY.has(parent.type)) return false;
  if (isFunction(parent) || isClass(parent)) return parent.id !== node && !isParameter(parent, node);
  if (parent.type === "MemberExpression") return parent.object === node || parent.computed;
  if (parent.type === "ExportSpecifier") return parent.local === node;
  // In a shorthand property, the key is also the value.
  if ("value" in parent && parent.value === node) return true;
  return !isKey(parent, node) && !("id" in parent && parent.id === node);
}

const isKey = (parent: Node, node: Node): boolean =>
  "key" in parent && parent.key === node && !("computed" in parent && parent.computed);

const isParameter = (parent: Node, node: Node): boolean =>
  isFunction(parent) && (parent.params as Node[]).includes(node);

/** Whether an identifier is the target of an assignment, also in a pattern. */
export function isWritten(identifier: Node, scopes: Scopes): boolean {
  let node = identifier;
  for (const parent of scopes.ancestors(identifier)) {
    switch (parent.type) {
      case "UpdateExpression":
        return true;
      case "AssignmentExpression":
      case "ForInStatement":
      case "ForOfStatement":
        return parent.left === node;
      case "AssignmentPattern":
        if (parent.left !== node) return false;
        break;
      case "Property":
        if (parent.value !== node) return false;
        break;
      case "ArrayPattern":
      case "ObjectPattern":
      case "RestElement":
        break;
      default:
        return false;
    }
    node = parent;
  }
  return false;
}
