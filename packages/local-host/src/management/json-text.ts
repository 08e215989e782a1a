import { isJson } from "../json.ts";

/**
 * JSON source for a stored text, as the extension writes it into a response: JSON is embedded unchanged, other text
 * becomes a string without leading and trailing white space. The word `undefined` stays without quotes, which makes the
 * response invalid JSON, as in the real extension.
 */
export function embedded(stored: string | null): string {
  if (stored === null) return "null";
  const trimmed = stored.trim();
  if (trimmed === "") return '""';
  if (trimmed === "undefined") return trimmed;
  return isJson(trimmed) ? trimmed : JSON.stringify(trimmed);
}

/** Builds a JSON object from members whose values are already JSON source. */
export function objectSource(members: readonly (readonly [name: string, source: string])[]): string {
  return `{${members.map(([name, source]) => `${JSON.stringify(name)}:${source}`).join(",")}}`;
}
