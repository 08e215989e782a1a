/** Validates the parts of a request besides its body: single values, its query, its conditions. */
import type { HttpRequest } from "@azure/functions";
import { z } from "zod";
import type { Version } from "../storage/blob-upload.ts";
import { type FieldError, fieldProblem, Problem } from "./problem.ts";

/** A 400 names at most this many fields: a hostile body must not lead to a large response. */
const MAX_ERRORS = 20;

/** The part of the request that contains a value; the start of its pointers. */
export type Place = "body" | "query" | "header" | "path";

/** The parsed value, or a 400 that names each invalid field. @throws {Problem} */
export function validate<T>(schema: z.ZodType<T>, value: unknown, place: Place): T {
  const result = schema.safeParse(value, { error: missing });
  if (result.success) return result.data;
  const errors = result.error.issues.flatMap((issue) => fieldErrors(issue, place)).slice(0, MAX_ERRORS);
  const [first] = errors;
  throw new Problem("invalid-request", `${first?.pointer || "The body"}: ${first?.message}`, { errors });
}

/** Zod's own message is "Invalid input: expected string, received undefined". */
function missing({ code, input }: z.core.$ZodRawIssue): string | undefined {
  return code === "invalid_type" && input === undefined ? "Missing" : undefined;
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

/** JSON pointer (RFC 6901): `~` and `/` in a name are escaped. */
function pointer(place: Place, path: readonly PropertyKey[]): string {
  const tokens = path.map((key) => String(key).slice(0, 100).replaceAll("~", "~0").replaceAll("/", "~1"));
  return place === "body" ? tokens.map((token) => `/${token}`).join("") : `#${place}/${tokens.join("/")}`;
}

/** Parameters with which Azure authenticates a caller; endpoints accept and ignore them. */
const OF_THE_HOST = ["code", "clientId"];

/** The query of an endpoint without parameters. */
export const NO_QUERY = z.strictObject({});

/** The parsed query; a strict schema refuses unknown parameters. @throws {Problem} 400 */
export function readQuery<T>(request: HttpRequest, schema: z.ZodType<T>): T {
  const { searchParams } = new URL(request.url);
  for (const name of OF_THE_HOST) searchParams.delete(name);
  return validate(schema, valuesOf(searchParams), "query");
}

/**
 * The values of a query or form by name. A name that is sent twice has a list, which no schema accepts, because choosing
 * one of the two values would be a guess.
 */
export function valuesOf(sent: URLSearchParams): Record<string, string | string[]> {
  return Object.fromEntries(
    [...sent].map(([name, value]) => {
      const all = sent.getAll(name);
      return [name, all.length > 1 ? all : value];
    }),
  );
}

/** The content type without its parameters, in lower case. */
export const mediaTypeOf = ({ headers }: HttpRequest): string =>
  headers.get("content-type")?.split(";")[0]?.trim().toLowerCase() ?? "";

/**
 * Checks a caller's conditions against the current version (undefined if there is none; without a tag or a date that is
 * unknown). @throws {Problem} 412
 */
export type Condition = (current: Partial<Version> | undefined) => void;

/**
 * The conditions of a request that changes something, by their precedence (RFC 9110, 13.2.2): a tag overrides a date.
 * Undefined if there are none.
 *
 * @throws {Problem} 400 for an invalid list of tags: a caller who sends a condition must not be served without it
 */
export function conditionOf({ headers }: HttpRequest): Condition | undefined {
  const ifMatch = requiredTags(headers, "if-match");
  const ifNoneMatch = requiredTags(headers, "if-none-match");
  const ifUnmodifiedSince = secondsIn(headers.get("if-unmodified-since"));
  if (!ifMatch && !ifNoneMatch && ifUnmodifiedSince === undefined) return undefined;
  return (current) => {
    requireUnchanged({ ifMatch, ifUnmodifiedSince }, current);
    if (!ifNoneMatch || !isAmongWeakly(ifNoneMatch, current)) return;
    const message = ifNoneMatch === "*" ? "There is one already" : "Is the tag that this has";
    throw failed("if-none-match", message);
  };
}

/**
 * Whether the caller of a GET or HEAD has this version, by the conditions with the same precedence.
 *
 * @throws {Problem} 412 if the caller wants another version or none
 */
export function callerHasVersion({ headers }: HttpRequest, version: Version): boolean {
  const ifMatch = tagsIn(headers.get("if-match"));
  const ifUnmodifiedSince = secondsIn(headers.get("if-unmodified-since"));
  requireUnchanged({ ifMatch, ifUnmodifiedSince }, version);
  const ifNoneMatch = tagsIn(headers.get("if-none-match"));
  if (ifNoneMatch) return isAmongWeakly(ifNoneMatch, version);
  const ifModifiedSince = secondsIn(headers.get("if-modified-since"));
  return ifModifiedSince !== undefined && wholeSeconds(version.modifiedAt) <= ifModifiedSince;
}

function requireUnchanged(
  wanted: { readonly ifMatch: Tags | undefined; readonly ifUnmodifiedSince: number | undefined },
  current: Partial<Version> | undefined,
): void {
  const { ifMatch, ifUnmodifiedSince } = wanted;
  if (ifMatch) {
    if (!isAmong(ifMatch, current)) throw failed("if-match", "Is not the tag that this has");
  } else if (ifUnmodifiedSince !== undefined && current?.modifiedAt) {
    if (wholeSeconds(current.modifiedAt) <= ifUnmodifiedSince) return;
    throw failed("if-unmodified-since", "It was modified later");
  }
}

type Tags = "*" | readonly string[];

/** Strong comparison: a weak tag never matches. */
const isAmong = (tags: Tags, current: Partial<Version> | undefined): boolean =>
  tags === "*" ? current !== undefined : current?.etag !== undefined && tags.includes(current.etag);

/** Weak comparison, because proxies that compress make a strong tag weak. */
const isAmongWeakly = (tags: Tags, current: Partial<Version> | undefined): boolean =>
  isAmong(tags === "*" ? tags : tags.map((tag) => tag.replace(/^W\//, "")), current);

const TAG = /(?:W\/)?"[\x21\x23-\x7e\x80-\xff]*"/g;

/** Empty for an invalid list of tags, which matches nothing. */
function tagsIn(list: string | null): Tags | undefined {
  if (list === null) return undefined;
  if (list.trim() === "*") return "*";
  return /^[\s,]*$/.test(list.replaceAll(TAG, "")) ? (list.match(TAG) ?? []) : [];
}

function requiredTags(headers: HttpRequest["headers"], name: string): Tags | undefined {
  const tags = tagsIn(headers.get(name));
  if (tags?.length !== 0) return tags;
  throw fieldProblem("invalid-request", `#header/${name}`, 'Must be * or tags in quotes, such as "0x8D"');
}

/** The three date formats of RFC 9110, 5.6.7; the last one has no zone and is also in GMT. */
const HTTP_DATE =
  /^(?:[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]+, \d{2}-[A-Z][a-z]{2}-\d{2} \d{2}:\d{2}:\d{2} GMT|[A-Z][a-z]{2} [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})$/;

/** Undefined for an invalid date: such a condition is ignored. */
function secondsIn(date: string | null): number | undefined {
  if (date === null || !HTTP_DATE.test(date)) return undefined;
  const milliseconds = Date.parse(date.endsWith("GMT") ? date : `${date} GMT`);
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

/** Dates in headers are whole seconds. */
const wholeSeconds = (date: Date) => Math.floor(date.getTime() / 1000);

const failed = (header: string, message: string) =>
  fieldProblem("precondition-failed", `#header/${header}`, message);
