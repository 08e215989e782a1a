import { isObject, jsonOrText } from "../json.ts";
import type { TypedData } from "../app/typed-data.ts";

/**
 * `context.triggerMetadata` of a function: the host's own entries, overridden by the top-level properties of a trigger
 * value that is a JSON object. Names start in lower case at all depths, as the library writes them.
 */
export function triggerMetadata(
  trigger: TypedData | undefined,
  own: Readonly<Record<string, TypedData>>,
): Record<string, unknown> {
  return merged(trigger, own, fromTypedData);
}

/** The same values for expressions in names and paths of bindings: there a string is never parsed as JSON. */
export function expressionData(
  trigger: TypedData | undefined,
  own: Readonly<Record<string, TypedData>>,
): Record<string, unknown> {
  return merged(trigger, own, (data) => data.string ?? fromTypedData(data));
}

function merged(
  trigger: TypedData | undefined,
  own: Readonly<Record<string, TypedData>>,
  valueOf: (data: TypedData) => unknown,
): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [name, data] of Object.entries(own)) {
    result[camelCase(name)] = camelCaseDeep(valueOf(data));
  }
  const value = fromTypedData(trigger);
  if (isObject(value) && !(value instanceof Uint8Array)) {
    for (const [name, property] of Object.entries(value)) {
      if (property !== null && !Array.isArray(property)) result[camelCase(name)] = camelCaseDeep(property);
    }
  }
  return result;
}

/** The value that the library reads from its wire form; only the forms that this host sends. */
export function fromTypedData(data: TypedData | undefined): unknown {
  if (data === undefined) return undefined;
  if (data.value !== undefined) return data.value();
  if (data.string !== undefined) return jsonOrText(data.string);
  if (data.json !== undefined) return JSON.parse(data.json);
  return data.bytes ?? data.int ?? data.double;
}

function camelCaseDeep(value: unknown): unknown {
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  if (Array.isArray(value)) return value.map(camelCaseDeep);
  return Object.fromEntries(
    Object.entries(value).map(([name, property]) => [camelCase(name), camelCaseDeep(property)]),
  );
}

function camelCase(name: string): string {
  return name.charAt(0).toLowerCase() + name.slice(1);
}
