import { keyName, memberName, type Node, type Of, unwrap } from "./ast.ts";
import { durableCall } from "./durable-calls.ts";
import type { Module } from "./module.ts";
import { isGlobal, originOf } from "./origins.ts";
import { numberValueOf } from "./numbers.ts";

export const DAY_MS = 24 * 3_600_000;

const UNITS: Readonly<Record<string, number>> = {
  millisecond: 1,
  ms: 1,
  second: 1000,
  s: 1000,
  minute: 60_000,
  m: 60_000,
  hour: 3_600_000,
  h: 3_600_000,
  day: DAY_MS,
  d: DAY_MS,
  week: 7 * DAY_MS,
  w: 7 * DAY_MS,
  month: 28 * DAY_MS,
  M: 28 * DAY_MS,
  year: 365 * DAY_MS,
  y: 365 * DAY_MS,
};
const unitOf = (name: string): number | undefined => UNITS[name] ?? UNITS[name.replace(/s$/, "")];

/**
 * The duration of a timer in milliseconds, if the code determines it. Months and years count with their shortest
 * length.
 */
export function timerLength(module: Module, timer: Node): number | undefined {
  const call = durableCall(module, timer);
  const [due] = call?.node.arguments ?? [];
  return call?.method === "createTimer" && due ? fromNow(module, due, 10) : undefined;
}

/** The difference between a date expression and the orchestrator's current time. */
function fromNow(module: Module, expression: Node, steps: number): number | undefined {
  const node = unwrap(expression);
  if (steps === 0) return undefined;
  switch (node.type) {
    case "Identifier":
      return fromNowOfName(module, node, steps - 1);
    case "MemberExpression":
      return memberName(node) === "currentUtcDateTime" ? 0 : undefined;
    case "BinaryExpression":
      return node.operator === "+" ? fromNowOfSum(module, node, steps - 1) : undefined;
    case "NewExpression": {
      const [value] = isGlobal(originOf(module, node.callee), "Date") ? node.arguments : [];
      return value && fromNow(module, value, steps - 1);
    }
    case "CallExpression":
      return fromNowOfCall(module, node.callee, node.arguments, steps - 1);
    default:
      return undefined;
  }
}

function fromNowOfName(module: Module, name: Node, steps: number): number | undefined {
  const binding = module.scopes.bindingOf(name);
  const declared = binding?.node.type === "VariableDeclarator" ? binding.node : undefined;
  if (!binding || !declared?.init || declared.id !== binding.id || module.scopes.isReassigned(binding))
    return undefined;
  return sum(fromNow(module, declared.init, steps), setLater(module, binding.references));
}

function fromNowOfSum(
  module: Module,
  { left, right }: Of<"BinaryExpression">,
  steps: number,
): number | undefined {
  const base = fromNow(module, left, steps);
  if (base !== undefined) return sum(base, numberValueOf(module, right));
  return sum(fromNow(module, right, steps), numberValueOf(module, left));
}

const sum = (left: number | undefined, right: number | undefined): number | undefined =>
  left === undefined || right === undefined ? undefined : left + right;

const HANDS_ON = /^(?:getTime|valueOf|toDate|toJSDate|toMillis|toUTC|utc|clone)$/;

/** Methods that convert a time, and methods that add to it, of Date, luxon, moment, dayjs and date-fns. */
function fromNowOfCall(
  module: Module,
  callee: Node,
  given: readonly Node[],
  steps: number,
): number | undefined {
  const name = memberName(callee) ?? (callee.type === "Identifier" ? callee.name : "");
  const [first, second] = given;
  const object = callee.type === "MemberExpression" ? callee.object : undefined;
  if (!first) return object && HANDS_ON.test(name) ? fromNow(module, object, steps) : undefined;
  if (object && (name === "plus" || name === "add")) {
    return sum(fromNow(module, object, steps), addedBy(module, first, second));
  }
  return fromNowOfPackage(module, name, originOf(module, callee)?.package ?? "", [first, second], steps);
}

function fromNowOfPackage(
  module: Module,
  name: string,
  packageName: string,
  [first, second]: readonly [Node, Node | undefined],
  steps: number,
): number | undefined {
  const isHandedOn = name === "fromJSDate" || /^(?:moment|dayjs)/.test(packageName);
  if (!isHandedOn && packageName !== "date-fns") return undefined;
  const base = fromNow(module, first, steps);
  if (isHandedOn || !second) return base;
  return sum(base, product(unitOf(name.replace(/^add/, "").toLowerCase()), numberValueOf(module, second)));
}

const product = (left: number | undefined, right: number | undefined): number | undefined =>
  left === undefined || right === undefined ? undefined : left * right;

/** `7, "days"` or `{ days: 7 }`. */
function addedBy(module: Module, first: Node, second: Node | undefined): number | undefined {
  if (second?.type === "Literal" && typeof second.value === "string") {
    return product(unitOf(second.value), numberValueOf(module, first));
  }
  if (first.type !== "ObjectExpression") return undefined;
  let total: number | undefined = 0;
  for (const property of first.properties) {
    if (property.type !== "Property") return undefined;
    total = sum(total, product(unitOf(keyName(property.key) ?? ""), numberValueOf(module, property.value)));
  }
  return total;
}

const SETTERS: Readonly<Record<string, number>> = {
  Date: DAY_MS,
  UTCDate: DAY_MS,
  Hours: 3_600_000,
  UTCHours: 3_600_000,
  Minutes: 60_000,
  UTCMinutes: 60_000,
  Seconds: 1000,
  UTCSeconds: 1000,
};

/** `due.setDate(due.getDate() + 7)`: the change of a date; undefined if the date is set in another way. */
function setLater(module: Module, references: readonly Node[]): number | undefined {
  let later: number | undefined = 0;
  for (const reference of references) {
    const member = module.scopes.parentOf(reference);
    const part = /^set(\w+)$/.exec((member && memberName(member)) ?? "")?.[1];
    const call = member && module.scopes.parentOf(member);
    if (part !== undefined && call?.type === "CallExpression") {
      later = sum(later, movedBy(module, part, module.textOf(reference), call.arguments[0]));
    }
  }
  return later;
}

function movedBy(module: Module, part: string, name: string, value: Node | undefined): number | undefined {
  const unit = SETTERS[part];
  if (unit === undefined || value?.type !== "BinaryExpression" || value.operator !== "+") return undefined;
  if (module.textOf(value.left) !== `${name}.get${part}()`) return undefined;
  const count = numberValueOf(module, value.right);
  return count === undefined ? undefined : unit * count;
}
