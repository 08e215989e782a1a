import type { HttpRequest } from "@azure/functions";
import { fieldProblem } from "./problem.ts";

/** What conditions are about: a version of something. */
export interface Version {
  /** Strong, in quotes. */
  readonly etag: string;
  readonly modifiedAt: Date;
}

/**
 * Whether the caller has this version, going by the conditions of a GET or HEAD in their order (RFC 9110, 13.2.2): a
 * tag, where there is one, goes before a date.
 *
 * @throws {Problem} 412 if the caller wants another version or none
 */
export function isKnownToCaller({ headers }: HttpRequest, { etag, modifiedAt }: Version): boolean {
  const modified = Math.floor(modifiedAt.getTime() / 1000);
  const ifMatch = headers.get("if-match");
  const ifUnmodifiedSince = secondsIn(headers.get("if-unmodified-since"));
  if (ifMatch !== null) {
    if (!names(ifMatch, etag)) throw failed("if-match", "Is not the tag that this has");
  } else if (ifUnmodifiedSince !== undefined && modified > ifUnmodifiedSince) {
    throw failed("if-unmodified-since", "It was modified later");
  }
  const ifNoneMatch = headers.get("if-none-match");
  // Compared weakly: proxies that compress turn a strong tag into a weak one.
  if (ifNoneMatch !== null) return names(ifNoneMatch.replaceAll(/(?<=^|,\s*)W\//g, ""), etag);
  const ifModifiedSince = secondsIn(headers.get("if-modified-since"));
  return ifModifiedSince !== undefined && modified <= ifModifiedSince;
}

const names = (list: string, etag: string) =>
  list.split(",").some((tag) => tag.trim() === "*" || tag.trim() === etag);

const HTTP_DATE = /^[A-Z][a-z]{2}, \d{2} [A-Z][a-z]{2} \d{4} \d{2}:\d{2}:\d{2} GMT$/;

/** Undefined for what is no date: such a condition counts for nothing. */
function secondsIn(date: string | null): number | undefined {
  const milliseconds = date !== null && HTTP_DATE.test(date) ? Date.parse(date) : Number.NaN;
  return Number.isNaN(milliseconds) ? undefined : milliseconds / 1000;
}

const failed = (header: string, message: string) =>
  fieldProblem("precondition-failed", `#header/${header}`, message);
