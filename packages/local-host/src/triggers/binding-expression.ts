import { randomUUID } from "node:crypto";
import type { AppEnvironment } from "../app/app-environment.ts";
import { AppError } from "../app/app-error.ts";
import type { Clock } from "../clock.ts";

/** The Functions host's format of `{DateTime}`, which is allowed in file names. */
const DEFAULT_TIME_FORMAT = "yyyy-MM-ddTHH-mm-ssK";

const EXPRESSION = /\{([^{}]+)\}/g;
const BARE_VALUE =
  /^(?:-?[\d.]+(?:e[+-]?\d+)?|true|false|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\dTZ:.+-]+)$/i;

/** The values that expressions may refer to. */
export interface ExpressionSource {
  /** The values of the trigger. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly functionName: string;
}

/**
 * Replaces the expressions in the name, path or key of a binding: `%SETTING%`; a value of the trigger by its name, with
 * dots for inner properties; `{rand-guid}` and `{DateTime}`, optionally with a colon and a .NET format, or
 * `{sys.randguid}` and `{sys.utcnow}`; and `{sys.methodname}`, the function's name.
 */
export class BindingExpressions {
  readonly #environment: AppEnvironment;
  readonly #clock: Clock;

  constructor(environment: AppEnvironment, clock: Clock) {
    this.#environment = environment;
    this.#clock = clock;
  }

  /** @throws {AppError} that names the expression without a value */
  fillIn(template: string, source: ExpressionSource): string {
    return this.#environment
      .resolve(template)
      .replace(EXPRESSION, (whole, expression: string) => this.#value(whole, expression, template, source));
  }

  /**
   * Replaces the expressions in a table's filter. No value can change the meaning of the filter: inside quotes, quotes
   * are doubled; outside quotes, only a number, true, false, a time or a GUID is allowed.
   *
   * @throws {AppError} that names the expression without a value
   */
  fillInFilter(template: string, source: ExpressionSource): string {
    const pieces = this.#environment.resolve(template).split("'");
    const filled = pieces.map((piece, index) =>
      piece.replace(EXPRESSION, (whole, expression: string) => {
        const value = this.#value(whole, expression, template, source);
        if (index % 2 === 1) return value.replaceAll("'", "''");
        if (BARE_VALUE.test(value)) return value;
        throw new AppError(`${whole} in "${template}" must be in quotes, or be a number, true or false.`);
      }),
    );
    return filled.join("'");
  }

  #value(whole: string, expression: string, template: string, source: ExpressionSource): string {
    const value =
      lookUp(source.data, expression.split(".")) ?? this.#builtIn(expression, source.functionName);
    if (value === undefined) {
      const known = Object.keys(source.data).sort().join(", ");
      throw new AppError(`${whole} in "${template}" has no value. The trigger has: ${known || "nothing"}.`);
    }
    return typeof value === "string" ? value : JSON.stringify(value);
  }

  #builtIn(expression: string, functionName: string): string | undefined {
    const [, name = "", format] = /^([^:]*)(?::(.*))?$/.exec(expression) ?? [];
    switch (name.toLowerCase()) {
      case "rand-guid":
      case "sys.randguid":
        return guid(format ?? "D");
      case "datetime":
      case "sys.utcnow":
        return time(this.#clock.now(), format ?? DEFAULT_TIME_FORMAT);
      case "sys.methodname":
        return functionName;
      default:
        return undefined;
    }
  }
}

function lookUp(data: unknown, path: readonly string[]): unknown {
  let value = data;
  for (const name of path) {
    if (typeof value !== "object" || value === null) return undefined;
    const key = Object.keys(value).find((candidate) => candidate.toLowerCase() === name.toLowerCase());
    value = key === undefined ? undefined : Reflect.get(value, key);
  }
  return value;
}

function guid(format: string): string {
  const id = randomUUID();
  const forms: Readonly<Record<string, string>> = {
    D: id,
    N: id.replaceAll("-", ""),
    B: `{${id}}`,
    P: `(${id})`,
  };
  const form = forms[format.toUpperCase()];
  if (form === undefined) {
    throw new AppError(`{rand-guid:${format}}: the formats of a GUID are N, D, B and P.`);
  }
  return form;
}

/** The parts of a .NET format that a time in UTC needs; as in .NET, other letters are literal only in quotes. */
function time(instant: number, format: string): string {
  const [, yyyy = "", MM = "", dd = "", HH = "", mm = "", ss = "", fff = ""] =
    /^(\d+)-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)\.(\d{3})/.exec(new Date(instant).toISOString()) ?? [];
  const parts: Readonly<Record<string, string>> = {
    yyyy,
    yy: yyyy.slice(-2),
    MM,
    dd,
    HH,
    mm,
    ss,
    fff,
    K: "Z",
    T: "T",
  };
  return format.replace(/'([^']*)'|([A-Za-z])\2*/g, (run, quoted: string | undefined) => {
    const part = quoted ?? parts[run];
    if (part === undefined) {
      throw new AppError(
        `{DateTime:${format}}: ${run} is not supported. Use ${Object.keys(parts).join(", ")}.`,
      );
    }
    return part;
  });
}
