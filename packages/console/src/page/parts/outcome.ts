/** What a result says about itself, besides that there is one. */
export interface Outcome {
  /** As the app names it, for example `confirmed` or `paymentDeclined`. */
  readonly word: string;
  /** `other`: not what was wished for. `undone`: and something was done before and then undone. */
  readonly tone: "wished" | "other" | "undone";
}

/** Names of the field that tells results apart, the most usual first. */
const DISCRIMINANTS = ["kind", "outcome", "status", "result", "state"];
const WORD = /^[\p{L}\p{N}][\p{L}\p{N} _.-]{0,39}$/u;
/** A result that was wished for needs none of them. */
const REASONS = ["reason", "error", "errors"];
const UNDONE = ["undone", "compensated", "compensations", "rolledBack"];
/** The usual words for it, alone or as a part: `expired`, `paymentDeclined`, `notRefundable`. */
const NEGATIVE =
  /^(?:aborted|cancell?ed|declined|denied|expired|failed|failure|fault|invalid|lost|not|out|overdue|refused|rejected|stopped|timeout|timed|unavailable|undeliverable|undelivered|unknown)$/;

/** Undefined if the result is no object, or names no outcome: the README of this package has the rule. */
export function outcomeOf(result: unknown): Outcome | undefined {
  if (typeof result !== "object" || result === null || Array.isArray(result)) return undefined;
  const fields = result as Readonly<Record<string, unknown>>;
  const word = DISCRIMINANTS.map((name) => fields[name]).find(
    (value): value is string => typeof value === "string" && WORD.test(value),
  );
  if (word === undefined) return undefined;
  if (UNDONE.some((name) => isSomething(fields[name]))) return { word, tone: "undone" };
  const isOther =
    REASONS.some((name) => isSomething(fields[name])) || partsOf(word).some((part) => NEGATIVE.test(part));
  return { word, tone: isOther ? "other" : "wished" };
}

const isSomething = (value: unknown) =>
  Array.isArray(value)
    ? value.length > 0
    : value !== undefined && value !== null && value !== false && value !== 0 && value !== "";

const partsOf = (word: string) =>
  word.split(/(?<=[\p{Ll}\p{N}])(?=\p{Lu})|[ _.-]+/u).map((part) => part.toLowerCase());
