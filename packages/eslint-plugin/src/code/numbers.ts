import type { Module } from "./module.ts";
import { valueOf } from "./values.ts";
import type { Node, Of } from "./ast.ts";

const OPERATIONS: Readonly<Record<string, (left: number, right: number) => number>> = {
  "+": (left, right) => left + right,
  "-": (left, right) => left - right,
  "*": (left, right) => left * right,
  "/": (left, right) => left / right,
  "**": (left, right) => left ** right,
};
const MAX_DEPTH = 20;

/** The value of an expression that is a constant number, including arithmetic of constants. */
export function numberValueOf(module: Module, expression: Node, steps = MAX_DEPTH): number | undefined {
  const value = steps > 0 ? valueOf(module, expression) : undefined;
  if (!value) return undefined;
  const { node } = value;
  switch (node.type) {
    case "Literal":
      return typeof node.value === "number" ? node.value : undefined;
    case "UnaryExpression": {
      const positive =
        node.operator === "-" ? numberValueOf(value.module, node.argument, steps - 1) : undefined;
      return positive === undefined ? undefined : -positive;
    }
    case "BinaryExpression":
      return calculated(value.module, node, steps - 1);
    default:
      return undefined;
  }
}

function calculated(module: Module, { operator, left, right }: Of<"BinaryExpression">, steps: number) {
  const operation = OPERATIONS[operator];
  const first = operation && numberValueOf(module, left, steps);
  const second = first === undefined ? undefined : numberValueOf(module, right, steps);
  return operation && first !== undefined && second !== undefined ? operation(first, second) : undefined;
}
