/**
 * JSON source for a stored text, as the extension writes it into a response: JSON is embedded as it stands, other
 * text becomes a string without its outer white space. The bare word `undefined` stays bare, which makes the
 * response invalid JSON, as it does on the real extension.
 */
export function embedded(stored: string | null): string {
  if (stored === null) return "null";
  const trimmed = stored.trim();
  if (trimmed === "") return '""';
  if (trimmed === "undefined") return trimmed;
  return isJson(trimmed) ? trimmed : JSON.stringify(trimmed);
}

export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Builds a JSON object from members whose values are JSON source already. */
export function objectSource(members: readonly (readonly [name: string, source: string])[]): string {
  return `{${members.map(([name, source]) => `${JSON.stringify(name)}:${source}`).join(",")}}`;
}
