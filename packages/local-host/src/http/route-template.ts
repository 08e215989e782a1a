import { AppError } from "../app/app-error.ts";
import { routeConstraint } from "./route-constraint.ts";
import type { RouteConstraint } from "./route-constraint.ts";

interface Parameter {
  readonly kind: "parameter";
  readonly name: string;
  readonly optional: boolean;
  readonly catchAll: boolean;
  readonly defaultValue: string | undefined;
  readonly constraints: readonly RouteConstraint[];
}

interface Literal {
  readonly kind: "literal";
  readonly text: string;
}

/** One path segment: a literal, a parameter, or a mixture such as `{name}.{extension?}`. */
type Segment = readonly (Parameter | Literal)[];

/** Values of the parameters that matched or have a default. */
export type RouteValues = Readonly<Record<string, string>>;

/** An ASP.NET route template: the `route` of an HTTP trigger. */
export class RouteTemplate {
  readonly text: string;
  readonly #segments: readonly Segment[];
  /** The segments without the names of their parameters: two segments of the same shape match the same texts. */
  readonly #shapes: readonly string[];

  /** @throws {AppError} when the template is malformed */
  constructor(text: string) {
    this.text = text;
    const segments = splitSegments(text);
    this.#segments = segments.map((segment) => parseSegment(segment, text));
    this.#shapes = segments.map((segment) => segment.toLowerCase().replace(/\{(\*{0,2})[^}:=?]*/g, "{$1"));
    this.#checkOrder();
  }

  /** Whether this certainly matches every path that the other one matches; overlapping constraints are not compared. */
  covers(other: RouteTemplate): boolean {
    if (other.#segments.length > this.#segments.length && !this.#hasOpenEnd) return false;
    return this.#segments.every((segment, index) => {
      if (this.#shapes[index] === other.#shapes[index]) return true;
      const [only, ...more] = segment;
      if (only?.kind !== "parameter" || more.length > 0 || only.constraints.length > 0) return false;
      const theirs = other.#segments[index];
      return only.catchAll || (theirs === undefined ? canBeAbsent([only]) : !canBeAbsent(theirs));
    });
  }

  get #hasOpenEnd(): boolean {
    return this.#segments.at(-1)?.some((part) => part.kind === "parameter" && part.catchAll) === true;
  }

  /** @param path decoded segments of the request's path */
  match(path: readonly string[]): RouteValues | undefined {
    const values: Record<string, string> = {};
    for (const [index, segment] of this.#segments.entries()) {
      const [first] = segment;
      if (first?.kind === "parameter" && first.catchAll) {
        const rest = path.slice(index).join("/");
        return assign(first, rest === "" ? undefined : rest, values) ? values : undefined;
      }
      if (!matchSegment(segment, path[index], values)) return undefined;
    }
    return path.length <= this.#segments.length ? values : undefined;
  }

  #checkOrder(): void {
    const names = new Set<string>();
    for (const [index, segment] of this.#segments.entries()) {
      for (const part of segment) {
        if (part.kind === "literal") continue;
        if (names.has(part.name.toLowerCase())) {
          throw new AppError(`Route "${this.text}" has the parameter "${part.name}" twice.`);
        }
        names.add(part.name.toLowerCase());
        if (part.catchAll && (index < this.#segments.length - 1 || segment.length > 1)) {
          throw new AppError(`Route "${this.text}" has more segments after its catch-all parameter.`);
        }
      }
    }
  }
}

function matchSegment(segment: Segment, text: string | undefined, values: Record<string, string>): boolean {
  const [only] = segment;
  if (only === undefined) return false;
  if (segment.length === 1) {
    return only.kind === "literal"
      ? text !== undefined && sameText(only.text, text)
      : assign(only, text, values);
  }
  return text !== undefined && matchMixed(segment, text, values);
}

/** ASP.NET matches a mixed segment from its end, each parameter as short as the literals allow. */
function matchMixed(segment: Segment, text: string, values: Record<string, string>): boolean {
  let end = text.length;
  let open: Parameter | undefined;
  for (const part of segment.toReversed()) {
    if (part.kind === "parameter") {
      open = part;
      continue;
    }
    const at = text.toLowerCase().lastIndexOf(part.text.toLowerCase(), end - part.text.length);
    if (at < 0) {
      // `{name}.{extension?}` also matches without the dot and what follows it.
      if (open?.optional === true && part.text === "." && end === text.length) {
        open = undefined;
        continue;
      }
      return false;
    }
    const after = at + part.text.length;
    if (open === undefined ? after !== end : after === end || !assign(open, text.slice(after, end), values)) {
      return false;
    }
    open = undefined;
    end = at;
  }
  return open === undefined ? end === 0 : end > 0 && assign(open, text.slice(0, end), values);
}

function assign(parameter: Parameter, text: string | undefined, values: Record<string, string>): boolean {
  const value = text ?? parameter.defaultValue;
  if (value === undefined) return parameter.optional || parameter.catchAll;
  if (value === "" && !parameter.catchAll) return false;
  if (!parameter.constraints.every((accepts) => accepts(value))) return false;
  values[parameter.name] = value;
  return true;
}

/** Whether a path may end before the segment. */
function canBeAbsent([only, ...more]: Segment): boolean {
  if (only?.kind !== "parameter" || more.length > 0) return false;
  return only.optional || only.catchAll || only.defaultValue !== undefined;
}

function sameText(a: string, b: string): boolean {
  return a === b || a.toLowerCase() === b.toLowerCase();
}

/** Splits at slashes outside of braces, because a regex constraint may contain a slash. */
function splitSegments(template: string): string[] {
  const trimmed = template.replace(/^\/+|\/+$/g, "");
  if (trimmed === "") return [];
  return outsideBraces(trimmed, "/");
}

function outsideBraces(text: string, separator: string): string[] {
  const parts = [""];
  let depth = 0;
  for (const character of text) {
    if (character === "{" || character === "(") depth++;
    if (character === "}" || character === ")") depth--;
    if (character === separator && depth === 0) parts.push("");
    else parts.push((parts.pop() ?? "") + character);
  }
  return parts;
}

function parseSegment(text: string, template: string): Segment {
  const parts: (Parameter | Literal)[] = [];
  let rest = text;
  while (rest !== "") {
    const open = rest.indexOf("{");
    if (open !== 0) {
      const literal = open < 0 ? rest : rest.slice(0, open);
      parts.push({ kind: "literal", text: literal });
      rest = rest.slice(literal.length);
      continue;
    }
    const close = closingBrace(rest);
    if (close < 0) throw new AppError(`Route "${template}" has a brace that is never closed.`);
    parts.push(parseParameter(rest.slice(1, close), template));
    rest = rest.slice(close + 1);
  }
  if (parts.length === 0) throw new AppError(`Route "${template}" has an empty segment.`);
  return parts;
}

/** Index of the brace that closes the one at 0; braces inside a regex constraint come in pairs. */
function closingBrace(text: string): number {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "{") depth++;
    else if (text[at] === "}" && --depth === 0) return at;
  }
  return -1;
}

function parseParameter(text: string, template: string): Parameter {
  const match = /^(\*{0,2})([^:=?*]+)(.*)$/s.exec(text);
  const name = match?.[2]?.trim();
  if (match === null || name === undefined || name === "") {
    throw new AppError(`Route "${template}" has a parameter without a name.`);
  }
  let tail = match[3] ?? "";
  const optional = tail.endsWith("?") && !tail.includes("=");
  if (optional) tail = tail.slice(0, -1);
  const [constraintText = "", ...defaults] = outsideBraces(tail, "=");
  const [, ...constraints] = outsideBraces(constraintText, ":");
  return {
    kind: "parameter",
    name,
    optional,
    catchAll: match[1] !== "",
    defaultValue: defaults.length === 0 ? undefined : defaults.join("="),
    constraints: constraints.map(routeConstraint),
  };
}
