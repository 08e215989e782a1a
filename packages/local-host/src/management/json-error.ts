import { messageOf } from "../errors.ts";

/**
 * The message of the extension's JSON reader about invalid JSON: its own message for an empty text and for an
 * unfinished unquoted name, both observed on the extension, and JavaScript's message for the rest.
 */
export function jsonReaderMessage(text: string): string {
  if (text.trim() === "") return "Error reading JToken from JsonReader. Path '', line 0, position 0.";
  if (/^\s*\{\s*[A-Za-z_$][\w$]*$/.test(text)) {
    const lines = text.split("\n");
    const position = lines.at(-1)?.length ?? 0;
    return `Unexpected end while parsing unquoted property name. Path '', line ${lines.length}, position ${position}.`;
  }
  try {
    JSON.parse(text);
    return "";
  } catch (error) {
    return messageOf(error);
  }
}
