import { isObject, parsedJson } from "../json.ts";
import { jsonNetTime, rewriteJson } from "../json-net.ts";
import type { RpcHttpRequest } from "./rpc-http.ts";

/** The parts of a request that contain names; `query` as it was sent. */
interface NamedParts extends Pick<RpcHttpRequest, "headers" | "params" | "body"> {
  readonly query: string;
}

/**
 * The named values of a request, as the Functions host collects them. Output bindings may refer to them, and with
 * streaming they become `request.params`: properties of a JSON body, then query values, then route values, and all of
 * `Query` and `Headers` if nothing else has that name. Names are case-insensitive: a later value replaces an earlier
 * one, and the first spelling of the name is kept.
 */
export function bindingData({ headers, query, params, body }: NamedParts): Record<string, unknown> {
  const data = new Names();
  for (const [name, value] of bodyProperties(body?.bytes)) data.set(name, value);
  const queryValues = new Names();
  for (const [name, value] of new URLSearchParams(query)) queryValues.set(name, value);
  for (const [name, value] of queryValues.entries()) {
    // The function's key must not reach the function.
    if (name.toLowerCase() !== "code") data.set(name, value);
  }
  for (const [name, value] of Object.entries(params)) data.set(name, value);
  data.setIfFree("Query", Object.fromEntries(queryValues.entries()));
  data.setIfFree("Headers", headers);
  return Object.fromEntries(data.entries());
}

/** A .NET dictionary with case-insensitive keys. */
class Names {
  readonly #entries = new Map<string, [name: string, value: unknown]>();

  set(name: string, value: unknown): void {
    const key = name.toUpperCase();
    const known = this.#entries.get(key);
    if (known === undefined) this.#entries.set(key, [name, value]);
    else known[1] = value;
  }

  setIfFree(name: string, value: unknown): void {
    if (!this.#entries.has(name.toUpperCase())) this.set(name, value);
  }

  entries(): Iterable<[name: string, value: unknown]> {
    return this.#entries.values();
  }
}

function bodyProperties(bytes: Uint8Array | undefined): (readonly [name: string, value: unknown])[] {
  const value = bytes && parsedJson(new TextDecoder().decode(bytes));
  if (!isObject(value) || !isNestedAtMost(MAX_DEPTH, value)) return [];
  return Object.entries(value)
    .filter(([, property]) => property !== null && !Array.isArray(property))
    .map(([name, property]) => [name, typeof property === "object" ? property : dotNetText(property)]);
}

/** Json.NET refuses deeper nesting: such a body has no names. */
const MAX_DEPTH = 64;

function isNestedAtMost(depth: number, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return true;
  return depth > 0 && Object.values(value).every((inner) => isNestedAtMost(depth - 1, inner));
}

/** A value as .NET writes it: `True`, `1E+21`, and times as `12/31/2025 23:59:00`, in UTC as on Azure. */
function dotNetText(value: unknown): string {
  if (typeof value === "boolean") return value ? "True" : "False";
  if (typeof value === "number") return rewriteJson(String(value));
  const text = String(value);
  const time = jsonNetTime(text);
  if (time === undefined) return text;
  return time.toISOString().replace(/^(\d+)-(\d+)-(\d+)T([\d:]+).*$/, "$2/$3/$1 $4");
}
