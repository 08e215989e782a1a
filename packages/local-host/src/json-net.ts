/** Line ends that Json.NET escapes. */
const SPECIAL = /[\u0085\u2028\u2029]/g;
const HAS_SPECIAL_OR_FRACTION = /[\u0085\u2028\u2029]|\d(?:\.\d|e[+-])/;
const TOKEN = /"(?:\\.|[^"\\])*"|-?\d[\d.eE+-]*|\s+/g;

/**
 * JSON of a value as Json.NET writes it. The extension rewrites an orchestrator's values with it, and histories contain
 * that text.
 */
export function jsonNet(value: unknown): string {
  const text = JSON.stringify(value);
  return HAS_SPECIAL_OR_FRACTION.test(text) ? rewriteJson(text) : text;
}

/** The same, but null for undefined. */
export function jsonNetOrNull(value: unknown): string | null {
  return value === undefined || value === null ? null : jsonNet(value);
}

/** Rewrites a JSON text as Json.NET does. Its numbers may be larger than those of JavaScript. */
export function rewriteJson(text: string): string {
  return text.replace(TOKEN, (token) => {
    if (token.startsWith('"')) return JSON.stringify(JSON.parse(token)).replace(SPECIAL, escaped);
    return token.trim() === "" ? "" : number(token);
  });
}

function escaped(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

/** An integer stays unchanged; any other number is a double, with an exponent below 0.0001 and from 10^15 on. */
function number(token: string): string {
  if (/^-?\d+$/.test(token)) return token;
  const value = Number(token);
  const [digits, exponent = ""] = value.toExponential().split("e");
  const power = Number(exponent);
  if (power > -5 && power < 15) return Number.isInteger(value) ? `${value}.0` : String(value);
  return `${digits}E${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,7})?(Z|[+-]\d\d:\d\d)?$/;

/**
 * The time that Json.NET reads from a text, in UTC without a zone, as on Azure; `undefined` if the text is not a time.
 */
export function jsonNetTime(text: string): Date | undefined {
  const [time, zone] = TIME.exec(text) ?? [];
  if (time === undefined) return undefined;
  const date = new Date(zone === undefined ? `${time}Z` : time);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
