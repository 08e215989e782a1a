import type { SourcePosition } from "../core/call-sites.ts";

/** A position as in a stack trace. The watchdog's thread imports this file alone, without the local host. */
export function placeText({ file, line, column, function: name }: SourcePosition): string {
  return `${file}:${line}:${column}${name === undefined ? "" : ` (${name})`}`;
}
