import { AppError } from "../app/app-error.ts";

/** Returns whether the text of a route parameter is acceptable. */
export type RouteConstraint = (value: string) => boolean;

const INT_RANGE = [-2147483648n, 2147483647n] as const;
const LONG_RANGE = [-9223372036854775808n, 9223372036854775807n] as const;
const GUID =
  /^(?:[0-9a-f]{32}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|\{[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\})$/i;
const DECIMAL = /^\s*[+-]?(?:\d+(?:,\d+)*)?(?:\.\d*)?(?:e[+-]?\d+)?\s*$/i;

/** Constraints without an argument. */
const PLAIN_CONSTRAINTS: ReadonlyMap<string, RouteConstraint> = new Map([
  ["int", (value) => isInteger(value, INT_RANGE)],
  ["long", (value) => isInteger(value, LONG_RANGE)],
  ["bool", (value) => /^\s*(?:true|false)\s*$/i.test(value)],
  ["datetime", (value) => !Number.isNaN(Date.parse(value))],
  ["decimal", isNumber],
  ["double", isNumber],
  ["float", isNumber],
  ["guid", (value) => GUID.test(value)],
  ["alpha", (value) => /^[a-z]*$/i.test(value)],
  ["required", (value) => value !== ""],
]);

/**
 * Creates the constraint that follows a `:` in a route template, for example `int` or `length(2,5)`.
 *
 * @throws {AppError} for a name or an argument that ASP.NET routing does not know
 */
export function routeConstraint(text: string): RouteConstraint {
  const match = /^([a-z]+)(?:\((.*)\))?$/is.exec(text);
  const name = match?.[1]?.toLowerCase() ?? "";
  const argument = match?.[2] ?? "";
  const plain = PLAIN_CONSTRAINTS.get(name);
  if (plain !== undefined) return plain;
  return name === "regex" ? regexConstraint(argument) : sizeConstraint(name, argument, text);
}

function sizeConstraint(name: string, argument: string, text: string): RouteConstraint {
  const [first = Number.NaN, second] = argument.split(",").map((part) => Number.parseInt(part, 10));
  if (Number.isNaN(first) || (second !== undefined && Number.isNaN(second))) {
    throw new AppError(`Unknown route constraint "${text}".`);
  }
  switch (name) {
    case "minlength":
      return (value) => value.length >= first;
    case "maxlength":
      return (value) => value.length <= first;
    case "length":
      return (value) => value.length >= first && value.length <= (second ?? first);
    case "min":
      return (value) => isInteger(value, LONG_RANGE) && BigInt(value) >= BigInt(first);
    case "max":
      return (value) => isInteger(value, LONG_RANGE) && BigInt(value) <= BigInt(first);
    case "range":
      return (value) =>
        isInteger(value, LONG_RANGE) &&
        BigInt(value) >= BigInt(first) &&
        BigInt(value) <= BigInt(second ?? first);
    default:
      throw new AppError(`Unknown route constraint "${text}".`);
  }
}

/** ASP.NET ignores case; braces and brackets are doubled inside a template. */
function regexConstraint(argument: string): RouteConstraint {
  try {
    const pattern = new RegExp(argument.replaceAll("{{", "{").replaceAll("}}", "}"), "i");
    return (value) => pattern.test(value);
  } catch {
    throw new AppError(`Route constraint regex(${argument}) is not a valid expression.`);
  }
}

function isNumber(value: string): boolean {
  return DECIMAL.test(value) && /\d/.test(value);
}

function isInteger(value: string, [lowest, highest]: readonly [bigint, bigint]): boolean {
  if (!/^[+-]?\d+$/.test(value)) return false;
  const parsed = BigInt(value.replace(/^\+/, ""));
  return parsed >= lowest && parsed <= highest;
}
