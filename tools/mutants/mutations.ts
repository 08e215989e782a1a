import { parseAst } from "vitest/node";
import { type Mutant, mutantAt, type Reached } from "./mutant.ts";

/** A node of the syntax tree, with the properties that mutations use. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

interface Change {
  readonly of: Node;
  readonly text: string;
  readonly what: string;
  /** Set if it is not enough that the visited node runs. */
  readonly reached?: { readonly node: Node; readonly when: Reached["when"] };
}
type TextOf = (node: Node) => string;

const OTHER_OPERATOR: Readonly<Record<string, string>> = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*",
  "%": "*",
  "&&": "||",
  "||": "&&",
};
/** Calls that return a changed version of their object. */
const PASSES_ON = new Set([
  "filter",
  "sort",
  "toSorted",
  "reverse",
  "toReversed",
  "slice",
  "trim",
  "toLowerCase",
]);
const OTHER_METHOD: Readonly<Record<string, string>> = {
  some: "every",
  every: "some",
  min: "max",
  max: "min",
  find: "findLast",
  findLast: "find",
};
/** Names of properties whose template is a text for people, which tests need not check completely. */
const WORDS = /^(reason|message|title|text|subject|detail|summary|description)$/;

const MUTATIONS: Readonly<Record<string, (node: Node, textOf: TextOf) => readonly Change[]>> = {
  ExpressionStatement(node) {
    const { type } = node["expression"] as Node;
    if (!/^(Call|Await|Yield|Assignment)Expression$/.test(type)) return [];
    return [{ of: node, text: ";", what: "statement left out", reached: { node, when: "statement" } }];
  },
  IfStatement(node) {
    const of = node["test"] as Node;
    return [
      { of, text: "true", what: "if (true)", reached: { node: of, when: "falsy" } },
      { of, text: "false", what: "if (false)", reached: { node: of, when: "truthy" } },
    ];
  },
  ConditionalExpression(node, textOf) {
    const of = node["test"] as Node;
    return [{ of, text: `!(${textOf(of)})`, what: "branches swapped", reached: { node: of, when: "run" } }];
  },
  LogicalExpression(node, textOf) {
    if (node["operator"] !== "??") return otherOperator(node, textOf);
    const left = node["left"] as Node;
    return [{ of: node, text: textOf(left), what: "no ??", reached: { node: left, when: "nullish" } }];
  },
  BinaryExpression(node, textOf) {
    const isText = [node["left"], node["right"]].some((side) => isTextual(side as Node));
    return isText ? [] : otherOperator(node, textOf);
  },
  UnaryExpression(node, textOf) {
    if (node["operator"] !== "!") return [];
    return [{ of: node, text: textOf(node["argument"] as Node), what: "no !" }];
  },
  Literal(node) {
    const { value } = node;
    if (typeof value === "boolean") return [{ of: node, text: String(!value), what: "other boolean" }];
    if (typeof value === "number") return [{ of: node, text: String(value + 1), what: "one more" }];
    return [];
  },
  CallExpression(node, textOf) {
    const { object, property } = node["callee"] as { object?: Node; property?: Node };
    if (!object || property?.type !== "Identifier") return [];
    const name = String(property["name"]);
    const other = Object.hasOwn(OTHER_METHOD, name) ? OTHER_METHOD[name] : undefined;
    if (other) return [{ of: property, text: other, what: `${other} for ${name}` }];
    return PASSES_ON.has(name) ? [{ of: node, text: textOf(object), what: `no ${name}()` }] : [];
  },
  UpdateExpression(node, textOf) {
    const [from, to] = node["operator"] === "++" ? ["++", "--"] : ["--", "++"];
    return [{ of: node, text: textOf(node).replace(from, to), what: "other direction" }];
  },
  TemplateLiteral(node) {
    const [first] = node["expressions"] as Node[];
    const what = "part of a key left out";
    return first ? [{ of: first, text: '""', what, reached: { node: first, when: "run" } }] : [];
  },
};

/** All mutants of a TypeScript file. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const program = parseAst(source, { lang: "ts" }, file);
  const mutants: Mutant[] = [];
  const chains = new Map<Node, Node>();
  const textOf = (node: Node) => source.slice(node.start, node.end);
  visit(program as unknown as Node, (node) => {
    if (node.type === "ChainExpression") for (const link of linksOf(node)) chains.set(link, node);
    for (const { of, text, what, reached } of MUTATIONS[node.type]?.(node, textOf) ?? []) {
      const mutant = mutantAt(file, source, { start: of.start, end: of.end, text, what });
      const { start, end } = chains.get(reached?.node ?? node) ?? reached?.node ?? node;
      mutants.push({ ...mutant, reached: { start, end, when: reached?.when ?? "run" } });
    }
  });
  return mutants;
}

/** The links of an optional chain (`a?.b.c()`); a single link is not a complete expression. */
function linksOf(chain: Node): Node[] {
  const links: Node[] = [];
  for (let link = chain["expression"] as Node | undefined; link;) {
    links.push(link);
    link = (link["object"] ??
      link["callee"] ??
      (link.type === "TSNonNullExpression" && link["expression"])) as Node;
  }
  return links;
}

function visit(node: Node, look: (node: Node) => void): void {
  if (isSkipped(node)) return;
  look(node);
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? (child as unknown[]) : [child]) {
      if (isNode(one)) visit(one, look);
    }
  }
}

/** Types, imports, texts for people, and arbitrary constants, for which a test would only repeat the number. */
function isSkipped(node: Node): boolean {
  if (/^(TS(?!AsExpression|NonNullExpression|SatisfiesExpression)|Import)/.test(node.type)) return true;
  if (node.type === "Property") {
    const name = (node["key"] as { name?: string }).name ?? "";
    return WORDS.test(name) && (node["value"] as Node).type === "TemplateLiteral";
  }
  if (node.type === "VariableDeclarator") {
    return /^[A-Z][A-Z0-9_]+$/.test((node["id"] as { name?: string }).name ?? "");
  }
  const callee = node["callee"] as { name?: string } | undefined;
  return node.type === "NewExpression" && /Error$|^Problem$/.test(callee?.name ?? "");
}

function otherOperator(node: Node, textOf: TextOf): Change[] {
  const operator = String(node["operator"]);
  const other = OTHER_OPERATOR[operator];
  if (!other) return [];
  const [left, right] = [textOf(node["left"] as Node), textOf(node["right"] as Node)];
  return [{ of: node, text: `(${left}) ${other} (${right})`, what: `${other} for ${operator}` }];
}

function isTextual(node: Node): boolean {
  return node.type === "TemplateLiteral" || (node.type === "Literal" && typeof node["value"] === "string");
}

function isNode(value: unknown): value is Node {
  return (
    typeof value === "object" && value !== null && typeof (value as { type?: unknown }).type === "string"
  );
}
