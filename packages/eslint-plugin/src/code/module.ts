import {
  endOf,
  isClass,
  isFunction,
  keyName,
  memberName,
  type FunctionNode,
  type Node,
  type Of,
  startOf,
  stringOf,
  walk,
} from "./ast.ts";
import { namesIn, Scopes } from "./scopes.ts";

/** An export: an expression or declaration of this module, or a re-exported name of another module. */
export type Export = { readonly node: Node } | { readonly from: string; readonly name: string };

/** One source file: its syntax tree, its names and its exports. */
export class Module {
  readonly file: string;
  readonly text: string;
  readonly program: Node;
  readonly scopes: Scopes;
  /** Modules that are re-exported completely: `export * from`. */
  readonly passedOn: string[] = [];
  readonly #exports = new Map<string, Export>();
  readonly #functions: FunctionNode[] = [];
  #labels: ReadonlyMap<FunctionNode, string> | undefined;
  readonly #nodes = new Map<Node["type"], Node[]>();

  constructor(file: string, text: string, program: Node) {
    this.file = file;
    this.text = text;
    this.program = program;
    this.scopes = new Scopes(program);
    walk(program, (node) => {
      const alike = this.#nodes.get(node.type);
      if (alike) alike.push(node);
      else this.#nodes.set(node.type, [node]);
      if (isFunction(node)) this.#functions.push(node);
      this.#collect(node);
    });
  }

  get functions(): readonly FunctionNode[] {
    return this.#functions;
  }

  /** The source text of a node. */
  textOf(node: Node): string {
    return this.text.slice(startOf(node), endOf(node));
  }

  export(name: string): Export | undefined {
    return this.#exports.get(name);
  }

  /** All nodes of a type, in source order. */
  all<Type extends Node["type"]>(type: Type): readonly Of<Type>[] {
    return (this.#nodes.get(type) ?? []) as Of<Type>[];
  }

  /**
   * Identifies one function of the file, also after other parts of the file were edited: `load`, `UndoStack.push`. The
   * second function with a name, for example of two properties `handler`, is `handler 2`.
   */
  labelOf(fn: FunctionNode): string | undefined {
    this.#labels ??= this.#uniqueLabels();
    return this.#labels.get(fn);
  }

  #uniqueLabels(): ReadonlyMap<FunctionNode, string> {
    const [labels, counts] = [new Map<FunctionNode, string>(), new Map<string, number>()];
    for (const fn of this.#functions.toSorted((a, b) => startOf(a) - startOf(b))) {
      const name = this.#pathOf(fn);
      if (name === undefined) continue;
      const count = (counts.get(name) ?? 0) + 1;
      counts.set(name, count);
      labels.set(fn, count === 1 ? name : `${name} ${count}`);
    }
    return labels;
  }

  #pathOf(fn: FunctionNode): string | undefined {
    const own = "id" in fn && fn.id ? fn.id.name : undefined;
    const names = [own ?? this.#nameGiven(fn)];
    for (const around of this.scopes.ancestors(fn)) {
      if (isFunction(around)) names.unshift(this.#pathOf(around));
      if (isFunction(around)) break;
      if (isClass(around)) names.unshift(around.id?.name ?? "class");
    }
    return names.includes(undefined) ? undefined : names.join(".");
  }

  #nameGiven(fn: FunctionNode): string | undefined {
    const parent = this.scopes.parentOf(fn);
    switch (parent?.type) {
      case "VariableDeclarator":
        return parent.id.type === "Identifier" ? parent.id.name : undefined;
      case "MethodDefinition":
      case "PropertyDefinition":
      case "Property":
        return keyName(parent.key, parent.computed);
      case "AssignmentExpression":
        return memberName(parent.left);
      case "ExportDefaultDeclaration":
        return "default";
      default:
        return undefined;
    }
  }

  #collect(node: Node): void {
    switch (node.type) {
      case "ExportAllDeclaration":
        if (node.exported) this.#add(keyName(node.exported), { from: node.source.value, name: "*" });
        else this.passedOn.push(node.source.value);
        return;
      case "ExportDefaultDeclaration":
        this.#add("default", { node: node.declaration });
        return;
      case "ExportNamedDeclaration":
        this.#collectNamed(node);
        return;
      case "AssignmentExpression":
        this.#collectCommonJs(node);
        return;
      default:
    }
  }

  #collectNamed({ declaration, source, specifiers }: Of<"ExportNamedDeclaration">): void {
    for (const { exported, local } of specifiers) {
      const name = keyName(local);
      if (name === undefined) continue;
      this.#add(keyName(exported), source ? { from: source.value, name } : { node: local });
    }
    if (declaration?.type === "VariableDeclaration") {
      for (const { id } of declaration.declarations) {
        for (const name of namesIn(id)) this.#add(keyName(name), { node: name });
      }
    } else if (declaration && "id" in declaration && declaration.id?.type === "Identifier") {
      this.#add(declaration.id.name, { node: declaration });
    }
  }

  /** `module.exports = …`, `module.exports.name = …`, `exports.name = …`. */
  #collectCommonJs({ left, right }: Of<"AssignmentExpression">): void {
    if (left.type !== "MemberExpression") return;
    const target = this.textOf(left);
    if (target === "module.exports") {
      this.#add("default", { node: right });
      if (right.type !== "ObjectExpression") return;
      for (const property of right.properties) {
        if (property.type === "Property") {
          this.#add(keyName(property.key, property.computed), { node: property.value });
        }
      }
    } else if (/^(?:module\.)?exports\.\w+$/.test(target)) {
      this.#add(memberName(left), { node: right });
    }
  }

  #add(name: string | undefined, value: Export): void {
    if (name !== undefined && !this.#exports.has(name)) this.#exports.set(name, value);
  }
}

/** The module that `require("…")` or `import("…")` loads. */
export function requiredModule(node: Node): string | undefined {
  if (node.type === "AwaitExpression") return requiredModule(node.argument);
  if (node.type === "ImportExpression") return stringOf(node.source);
  if (node.type !== "CallExpression" || node.callee.type !== "Identifier") return undefined;
  const [first] = node.arguments;
  if (!first) return undefined;
  // The output of TypeScript for `import * as x`.
  if (/^__import(?:Star|Default)$/.test(node.callee.name)) return requiredModule(first);
  return node.callee.name === "require" ? stringOf(first) : undefined;
}
