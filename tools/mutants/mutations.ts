import { parseAst } from "vitest/node";
import { type Mutant, mutantAt } from "./mutant.ts";

/** A node of the syntax tree, as far as mutations look at it. */
interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

type Change = { readonly of: Node; readonly text: string; readonly what: string };
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
/** Calls that hand on what they are called on, changed. */
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
/** Where a template is a text for people, of which tests need not know every word. */
const WORDS = /^(reason|message|title|text|subject|detail|summary|description)$/;

const MUTATIONS: Readonly<Record<string, (node: Node, textOf: TextOf) => readonly Change[]>> = {
  ExpressionStatement(node) {
    const { type } = node["expression"] as Node;
    if (!/^(Call|Await|Yield|Assignment)Expression$/.test(type)) return [];
    return [{ of: node, text: ";", what: "statement left out" }];
  },
  IfStatement(node) {
    const of = node["test"] as Node;
    return ["true", "false"].map((text) => ({ of, text, what: `if (${text})` }));
  },
  ConditionalExpression(node, textOf) {
    const of = node["test"] as Node;
    return [{ of, text: `!(${textOf(of)})`, what: "branches swapped" }];
  },
  LogicalExpression(node, textOf) {
    if (node["operator"] !== "??") return otherOperator(node, textOf);
    return [{ of: node, text: textOf(node["left"] as Node), what: "no ??" }];
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
    return first ? [{ of: first, text: '""', what: "part of a key left out" }] : [];
  },
};

/** All mutants of a TypeScript file. */
export function mutantsOf(file: string, source: string): Mutant[] {
  const program = parseAst(source, { lang: "ts" }, file);
  const changes: Change[] = [];
  visit(program as unknown as Node, changes, (node) => source.slice(node.start, node.end));
  return changes.map(({ of: { start, end }, text, what }) =>
    mutantAt(file, source, { start, end, text, what }),
  );
}

function visit(node: Node, changes: Change[], textOf: TextOf): void {
  if (isSkipped(node)) return;
  changes.push(...(MUTATIONS[node.type]?.(node, textOf) ?? []));
  for (const child of Object.values(node)) {
    for (const one of Array.isArray(child) ? (child as unknown[]) : [child]) {
      if (isNode(one)) visit(one, changes, textOf);
    }
  }
}

/** Types, imports, texts for people, and figures that are a choice: a test of 82 in place of 83 would say it again. */
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
