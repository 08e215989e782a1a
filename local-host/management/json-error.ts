/**
 * What the extension's JSON reader says about a text that JSON.parse refuses. Exact for an empty text and for an
 * unquoted name that never ends; for the rest the place is right and the wording is close.
 */
export function jsonReaderMessage(text: string): string {
  if (text.trim() === "") return "Error reading JToken from JsonReader. Path '', line 0, position 0.";
  if (/^\s*\{\s*[A-Za-z_$][\w$]*$/.test(text))
    return `Unexpected end while parsing unquoted property name. Path '', ${place(text, text.length)}.`;
  const at = failurePosition(text);
  const character = text[at];
  return character === undefined
    ? `Unexpected end of content while loading JToken. Path '', ${place(text, text.length)}.`
    : `Unexpected character encountered while parsing value: ${character}. Path '', ${place(text, at)}.`;
}

function failurePosition(text: string): number {
  try {
    JSON.parse(text);
    return text.length;
  } catch (error) {
    const found = /position (\d+)/.exec(error instanceof Error ? error.message : "");
    return found?.[1] === undefined ? text.length : Number(found[1]);
  }
}

function place(text: string, at: number): string {
  const before = text.slice(0, at).split("\n");
  return `line ${before.length}, position ${before.at(-1)?.length ?? 0}`;
}
