const STRING = /"(?:\\.|[^"\\])*"/.source;
const COMMENT_OR_STRING = new RegExp(`${STRING}|//[^\\n]*|/\\*[^]*?\\*/`, "g");
const LAST_COMMA_OR_STRING = new RegExp(`${STRING}|,(?=\\s*[}\\]])`, "g");

/**
 * Parses JSON with comments and trailing commas, as the Functions host accepts it in its own files.
 *
 * @throws {SyntaxError} with a position that refers to `text`
 */
export function parseTolerantJson(text: string): unknown {
  return JSON.parse(
    text.replace(COMMENT_OR_STRING, blankUnlessString).replace(LAST_COMMA_OR_STRING, blankUnlessString),
  );
}

function blankUnlessString(found: string): string {
  return found.startsWith('"') ? found : found.replaceAll(/[^\n]/g, " ");
}
