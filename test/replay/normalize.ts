import { pathToFileURL } from "node:url";
import { ROOT } from "../../tools/run.ts";

/**
 * Random ids, and what is derived from them: UUIDs, and hexadecimal texts of 15 digits or more, such as digests of ids
 * and the etags of storage. Times and texts of the app are not among them.
 */
const ID =
  /(?<![0-9a-z])(?:0x|PP)?(?:[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|[0-9a-f]{15,})(?![0-9a-z])/gi;
const ORIGIN = /http:\/\/(?:127\.0\.0\.1|localhost):\d+/g;

/** A stack frame, in JSON text that may itself be in JSON text. */
const FRAME = /\\+n {4}at [^"\\]*/g;
const APP = "file:///app/";
const POSITION = /:\d+:\d+(?=\)?$)/;

/**
 * The texts of history files without what differs from one recording to the next: ids, the port, and stack frames of
 * Node and tests. Equal ids stay equal.
 */
export function normalized(texts: readonly string[]): string[] {
  const known = new Map<string, string>();
  return texts.map((text) =>
    text
      .replaceAll(ROOT_URL, APP)
      .replaceAll(FRAME, appFrame)
      .replaceAll(ORIGIN, "http://127.0.0.1:7071")
      .replaceAll(ID, (id) => numbered(id, known)),
  );
}

/** A text to sort by, which has no ids. */
export function withoutIds(text: string): string {
  return text.replaceAll(ID, "");
}

const ROOT_URL = pathToFileURL(ROOT).href;

/** Positions change with every change of a file, which is no change of the history. */
function appFrame(frame: string): string {
  return frame.includes(`${APP}dist/`) ? frame.replace(POSITION, ":1:1") : "";
}

/** An id of the same form with the number of the id as its digits. The same UUID may appear with and without hyphens. */
function numbered(id: string, known: Map<string, string>): string {
  const [, prefix = "", digits = ""] = /^(0x|PP)?(.*)$/.exec(id) ?? [];
  const bare = digits.replaceAll("-", "");
  const number = known.get(bare) ?? String(known.size + 1);
  known.set(bare, number);
  const padded = number.padStart(bare.length, "0");
  let at = 0;
  return prefix + digits.replaceAll(/[^-]/g, () => padded.charAt(at++));
}
