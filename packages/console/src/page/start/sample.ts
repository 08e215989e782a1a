import type { OpenApi, Schema } from "../api/openapi.ts";

export type Value = null | boolean | number | string | Value[] | { [name: string]: Value };

type Resolve = OpenApi["resolve"];

/** Values for names that many APIs use, unless the document has samples of its own. */
const BY_NAME: readonly (readonly [RegExp, string])[] = [
  [/country/i, "DE"],
  [/currency/i, "EUR"],
  [/postal|zip/i, "10115"],
  [/city/i, "Berlin"],
  [/street/i, "Example Street 1"],
  [/token/i, "tok_ok"],
  [/reason/i, "Sample reason"],
];

const BY_FORMAT: Readonly<Record<string, string>> = {
  email: "sample@example.com",
  date: "2026-11-01",
  "date-time": "2026-11-01T00:00:00Z",
  duration: "PT1H",
  uri: "https://example.com/",
  uuid: "00000000-0000-4000-8000-000000000000",
};

/** Deeper schemas refer to themselves. */
const DEEPEST = 8;

/** A value that fits the schema: the document's own sample if it has one, else the smallest with all required fields. */
export function sampleOf(schema: Schema, resolve: Resolve, name = "", depth = 0): Value {
  const known = resolve(schema);
  const own = known.example ?? known.examples?.[0] ?? known.const ?? known.default ?? known.enum?.[0];
  if (own !== undefined) return own as Value;
  if (depth > DEEPEST) return null;
  const part = (inner: Schema, innerName: string) => sampleOf(inner, resolve, innerName, depth + 1);
  const first = (known.anyOf ?? known.oneOf)?.[0];
  return first === undefined ? madeOf(known, name, part) : part(first, name);
}

function madeOf(schema: Schema, name: string, part: (inner: Schema, innerName: string) => Value): Value {
  const { properties = {}, required = [], items, minimum = 1, format = "" } = schema;
  switch (schema.type) {
    case "object":
      return Object.fromEntries(
        Object.entries(properties)
          .filter(([key]) => required.includes(key))
          .map(([key, property]) => [key, part(property, key)]),
      );
    case "array":
      return items === undefined || schema.minItems === 0 ? [] : [part(items, name)];
    case "integer":
    case "number":
      return Math.max(minimum, 1);
    case "boolean":
      return false;
    default:
      return BY_FORMAT[format] ?? byName(name);
  }
}

const byName = (name: string) => BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? "sample";

/** As a field shows it. */
export function textOf(value: Value | undefined): string {
  if (value === undefined || value === null) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** The value with the part at `pointer` replaced; undefined removes it. */
export function withPart(value: Value, [first, ...rest]: readonly string[], part: Value | undefined): Value {
  if (first === undefined) return part ?? null;
  if (Array.isArray(value)) {
    const at = Number(first);
    if (rest.length === 0 && part === undefined) return value.filter((_, index) => index !== at);
    const copy = [...value];
    copy[at] = withPart(value[at] ?? null, rest, part);
    return copy;
  }
  const fields = typeof value === "object" && value !== null ? { ...value } : {};
  if (rest.length === 0 && part === undefined) delete fields[first];
  else fields[first] = withPart(fields[first] ?? null, rest, part);
  return fields;
}
