import { randomUUID } from "node:crypto";
import type { AppEnvironment } from "../app/app-environment.ts";
import { AppError } from "../app/app-error.ts";
import type { Clock } from "../clock.ts";

/** What the Functions host writes for `{DateTime}`: a time that may stand in the name of a file. */
const DEFAULT_TIME_FORMAT = "yyyy-MM-ddTHH-mm-ssK";

const EXPRESSION = /\{([^{}]+)\}/g;
const BARE_VALUE =
  /^(?:-?[\d.]+(?:e[+-]?\d+)?|true|false|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|[\dTZ:.+-]+)$/i;

/** What expressions may refer to. */
export interface ExpressionSource {
  /** What the trigger brought along. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly functionName: string;
}

/**
 * Fills in what the name, path or key of a binding may refer to: `%SETTING%`, what the trigger brought along by name,
 * with a dot for inner properties, `{rand-guid}` and `{DateTime}`, both with a .NET format behind a colon if need be, the
 * same as `{sys.randguid}` and `{sys.utcnow}`, and `{sys.methodname}`, which is the function's name.
 */
export class BindingExpressions {
  readonly #environment: AppEnvironment;
  readonly #clock: Clock;

  constructor(environment: AppEnvironment, clock: Clock) {
    this.#environment = environment;
    this.#clock = clock;
  }

  /** @throws {AppError} that names what cannot be filled in */
  fillIn(template: string, source: ExpressionSource): string {
    return this.#environment
      .resolve(template)
      .replace(EXPRESSION, (whole, expression: string) => this.#value(whole, expression, template, source));
  }

  /**
   * Fills a table's filter in, so that no value can change what the filter means: in quotes, quotes are doubled;
   * elsewhere only a number, a truth value, a time or a GUID may stand.
   *
   * @throws {AppError} that names what cannot be filled in
   */
  fillInFilter(template: string, source: ExpressionSource): string {
    const pieces = this.#environment.resolve(template).split("'");
    const filled = pieces.map((piece, index) =>
      piece.replace(EXPRESSION, (whole, expression: string) => {
        const value = this.#value(whole, expression, template, source);
        if (index % 2 === 1) return value.replaceAll("'", "''");
        if (BARE_VALUE.test(value)) return value;
        throw new AppError(`${whole} in "${template}" must stand in quotes, or be a number, true or false.`);
      }),
    );
    return filled.join("'");
  }

  #value(whole: string, expression: string, template: string, source: ExpressionSource): string {
    const value =
      lookUp(source.data, expression.split(".")) ?? this.#builtIn(expression, source.functionName);
    if (value === undefined) {
      const known = Object.keys(source.data).sort().join(", ");
      throw new AppError(
        `${whole} in "${template}" stands for nothing. The trigger has: ${known || "nothing"}.`,
      );
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

/** The parts of a .NET format that time in UTC needs; other letters stand for themselves only in quotes, as there. */
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
        `{DateTime:${format}}: ${run} is not known here. Use ${Object.keys(parts).join(", ")}.`,
      );
    }
    return part;
  });
}
