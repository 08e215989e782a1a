import { AppError } from "../app/app-error.ts";

interface Field {
  readonly name: string;
  readonly min: number;
  readonly max: number;
  /** Names of the values from `min` on; the first letters of a name are enough. */
  readonly names?: readonly string[];
}

const FIELDS: readonly Field[] = [
  { name: "second", min: 0, max: 59 },
  { name: "minute", min: 0, max: 59 },
  { name: "hour", min: 0, max: 23 },
  { name: "day", min: 1, max: 31 },
  {
    name: "month",
    min: 1,
    max: 12,
    names: [
      "january",
      "february",
      "march",
      "april",
      "may",
      "june",
      "july",
      "august",
      "september",
      "october",
      "november",
      "december",
    ],
  },
  {
    name: "day of the week",
    min: 0,
    max: 6,
    names: ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"],
  },
];

/**
 * Reads a schedule by the rules of NCrontab, the library of the Functions host, and writes it as six numeric fields.
 * NCrontab has lists, ranges (also in descending order), steps and names, and no extensions of other cron formats.
 *
 * @returns `undefined` without six fields, or five, which mean second 0
 * @throws {AppError} that names the field at fault
 */
export function numericCron(expression: string): string | undefined {
  const parts = expression.split(" ").filter((part) => part !== "");
  if (parts.length === 5) parts.unshift("0");
  if (parts.length !== FIELDS.length) return undefined;
  return FIELDS.map((field, at) => numericField(field, parts[at] ?? "")).join(" ");
}

function numericField(field: Field, text: string): string {
  const values = new Set(text.split(",").flatMap((item) => itemValues(field, item)));
  if (values.size === field.max - field.min + 1) return "*";
  return [...values].sort((a, b) => a - b).join(",");
}

/** `*`, a value or a range, each with an optional `/step`; a value with a step continues to the maximum. */
function itemValues(field: Field, item: string): number[] {
  const [, base = "", step] = /^([^/]+)(?:\/(.*))?$/.exec(item) ?? [];
  const [, from = base, to] = /^([^-]+)-(.*)$/.exec(base) ?? [];
  if (base === "*") return sequence(field.min, field.max, stepOf(field, step));
  const first = valueOf(field, from);
  let last = step === undefined ? first : field.max;
  if (to !== undefined) last = valueOf(field, to);
  return sequence(Math.min(first, last), Math.max(first, last), stepOf(field, step));
}

/** NCrontab treats a step below 1 as 1. */
function stepOf(field: Field, text = "1"): number {
  if (!/^[+-]?\d+$/.test(text)) throw new AppError(`"${text}" is not a step for the ${field.name}`);
  return Math.max(Number(text), 1);
}

function valueOf({ name, min, max, names = [] }: Field, text: string): number {
  const named = names.findIndex((candidate) => text !== "" && candidate.startsWith(text.toLowerCase()));
  if (named >= 0) return named + min;
  const value = /^\d+$/.test(text) ? Number(text) : Number.NaN;
  if (value >= min && value <= max) return value;
  throw new AppError(
    `"${text}" is not a ${name}: ${names.length > 0 ? "a name or " : ""}a number from ${min} to ${max} is required`,
  );
}

function sequence(first: number, last: number, step: number): number[] {
  const values: number[] = [];
  for (let value = first; value <= last; value += step) values.push(value);
  return values;
}
