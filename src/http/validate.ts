import type { z } from "zod";
import { type FieldError, Problem } from "./problem.ts";

/** A 400 names at most this many fields: a hostile body must not make a large answer. */
const MOST_ERRORS = 20;

/** Where in the request a value stands; the start of its pointers. */
export type Place = "body" | "query" | "header" | "path";

/** The value as the schema has it, or a 400 that names each wrong field. @throws {Problem} */
export function validate<T>(schema: z.ZodType<T>, value: unknown, place: Place): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => fieldErrors(issue, place)).slice(0, MOST_ERRORS);
  const [first] = errors;
  throw new Problem("invalid-request", `${first?.pointer || "The body"}: ${first?.message}`, { errors });
}

function fieldErrors(issue: z.core.$ZodIssue, place: Place): FieldError[] {
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({
      pointer: pointer(place, [...issue.path, key]),
      message: "Unknown field",
    }));
  }
  return [{ pointer: pointer(place, issue.path), message: issue.message }];
}

/** JSON pointer (RFC 6901): `~` and `/` inside a name are escaped. */
function pointer(place: Place, path: readonly PropertyKey[]): string {
  const tokens = path.map((key) => String(key).slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1"));
  return place === "body" ? tokens.map((token) => `/${token}`).join("") : `#${place}/${tokens.join("/")}`;
}
