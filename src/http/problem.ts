import type { HttpResponseInit } from "@azure/functions";

/** The kinds of problems of this API, each with its status and title. The `type` of a problem ends with its kind. */
const KINDS = {
  "invalid-request": [400, "The request is not valid"],
  forbidden: [403, "This is not allowed"],
  "not-found": [404, "There is no such resource"],
  "request-timeout": [408, "The request took too long to arrive"],
  conflict: [409, "The resource is in a state that does not allow this"],
  "precondition-failed": [412, "A condition of the request is not met"],
  "too-large": [413, "The request is too large"],
  "unsupported-media-type": [415, "The content type is not supported"],
  "range-not-satisfiable": [416, "The range cannot be satisfied"],
  unprocessable: [422, "The request is valid but cannot be executed"],
  internal: [500, "Something went wrong on our side"],
  unavailable: [503, "A service that this needs is not reachable right now"],
} as const satisfies Record<string, readonly [number, string]>;

export type ProblemKind = keyof typeof KINDS;

/**
 * One error in a request. `pointer` is a JSON pointer into the body, or `#query/name`, `#header/name`, `#path/name`.
 */
export interface FieldError {
  readonly pointer: string;
  readonly message: string;
}

/** A problem response (RFC 9457). Thrown anywhere in an endpoint, which converts it to the response. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    kind: ProblemKind,
    detail: string,
    options: { errors?: readonly FieldError[]; headers?: Readonly<Record<string, string>> } = {},
  ) {
    super(detail);
    this.name = "Problem";
    this.kind = kind;
    this.errors = options.errors ?? [];
    this.headers = options.headers ?? {};
  }

  toResponse(): HttpResponseInit {
    const [status, title] = KINDS[this.kind];
    const body = {
      type: `urn:photo-print-shop:problem:${this.kind}`,
      title,
      status,
      detail: this.message,
      ...(this.errors.length > 0 && { errors: this.errors }),
    };
    return {
      status,
      headers: { ...this.headers, "content-type": "application/problem+json" },
      body: JSON.stringify(body, wellFormed),
    };
  }
}

/** Texts of callers are shortened and may end with half a character, which many JSON parsers refuse. */
const wellFormed = (_key: string, value: unknown): unknown =>
  typeof value === "string" ? value.toWellFormed() : value;

/** The problem of one invalid field, which `errors` and also the detail name. */
export function fieldProblem(kind: ProblemKind, pointer: string, message: string): Problem {
  return new Problem(kind, `${pointer}: ${message}`, { errors: [{ pointer, message }] });
}
