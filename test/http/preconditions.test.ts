import { HttpRequest } from "@azure/functions";
import { expect, test } from "vitest";
import { conditionOf } from "../../src/http/read-request.ts";
import type { Version } from "../../src/storage/blob-upload.ts";
import type { Problem } from "../../src/http/problem.ts";

const BEFORE = "Tue, 02 Mar 2027 07:59:59 GMT";
const THEN = "Tue, 02 Mar 2027 08:00:00 GMT";
const current: Version = { etag: '"one"', modifiedAt: new Date("2027-03-02T08:00:00.500Z") };

/** The header that makes a change fail; undefined if it is allowed. */
function failedBy(headers: Readonly<Record<string, string>>, version: Partial<Version> | undefined) {
  try {
    const request = new HttpRequest({ url: "http://localhost/api/one", method: "PUT", headers });
    conditionOf(request)?.(version);
    return undefined;
  } catch (error) {
    const { kind, errors } = error as Problem;
    const prefix = kind === "precondition-failed" ? "" : "400 ";
    return `${prefix}${errors[0]?.pointer.slice("#header/".length)}`;
  }
}

test.each([
  [{}, undefined],
  [{ "if-match": '"one"' }, undefined],
  [{ "if-match": '"other" , "one"' }, undefined],
  [{ "if-match": '"with,comma", "one"' }, undefined],
  [{ "if-match": "*" }, undefined],
  [{ "if-match": '"other"' }, "if-match"],
  [{ "if-match": 'W/"one"' }, "if-match"],
  [{ "if-match": '"ONE"' }, "if-match"],
  [{ "if-match": "one" }, "400 if-match"],
  [{ "if-match": "" }, "400 if-match"],
  [{ "if-match": '*, "one"' }, "400 if-match"],
  [{ "if-none-match": "*" }, "if-none-match"],
  [{ "if-none-match": '"one"' }, "if-none-match"],
  [{ "if-none-match": 'W/"one"' }, "if-none-match"],
  [{ "if-none-match": '"other"' }, undefined],
  [{ "if-none-match": "one" }, "400 if-none-match"],
  [{ "if-unmodified-since": THEN }, undefined],
  [{ "if-unmodified-since": BEFORE }, "if-unmodified-since"],
  // The other two forms of a date.
  [{ "if-unmodified-since": "Tuesday, 02-Mar-27 07:59:59 GMT" }, "if-unmodified-since"],
  [{ "if-unmodified-since": "Tue Mar  2 07:59:59 2027" }, "if-unmodified-since"],
  [{ "if-unmodified-since": "Tue Mar  2 08:00:00 2027" }, undefined],
  [{ "if-unmodified-since": "2027" }, undefined],
  // A tag has precedence over a date, and both kinds of tags must match.
  [{ "if-match": '"one"', "if-unmodified-since": BEFORE }, undefined],
  [{ "if-match": '"other"', "if-unmodified-since": THEN }, "if-match"],
  [{ "if-match": '"one"', "if-none-match": '"one"' }, "if-none-match"],
  [{ "if-unmodified-since": THEN, "if-none-match": "*" }, "if-none-match"],
  [{ "if-match": '"one"', "if-none-match": '"other"' }, undefined],
  // Only for reading.
  [{ "if-modified-since": THEN }, undefined],
])("a change of an existing resource, with %j: %s", (headers, failing) => {
  expect(failedBy(headers, current)).toBe(failing);
});

test.each([
  [{ "if-match": "*" }, "if-match"],
  [{ "if-match": '"one"' }, "if-match"],
  [{ "if-none-match": "*" }, undefined],
  [{ "if-none-match": '"one"' }, undefined],
  [{ "if-unmodified-since": BEFORE }, undefined],
])("a change of a missing resource, with %j: %s", (headers, failing) => {
  expect(failedBy(headers, undefined)).toBe(failing);
});

test.each([
  [{ "if-match": "*" }, undefined],
  [{ "if-match": '"one"' }, "if-match"],
  [{ "if-none-match": "*" }, "if-none-match"],
  [{ "if-none-match": '"one"' }, undefined],
  [{ "if-unmodified-since": BEFORE }, "if-unmodified-since"],
])("a change of an existing resource without a tag, with %j: %s", (headers, failing) => {
  expect(failedBy(headers, { modifiedAt: current.modifiedAt })).toBe(failing);
});
