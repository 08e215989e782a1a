import { HttpRequest } from "@azure/functions";
import { expect, test } from "vitest";
import { fileResponse, type SendableFile, storedResponse } from "../../src/http/file-response.ts";
import type { Problem } from "../../src/http/problem.ts";

const BEFORE = "Tue, 02 Mar 2027 07:59:59 GMT";
const THEN = "Tue, 02 Mar 2027 08:00:00 GMT";

/** Not a whole second, like the times of files; dates in headers are whole seconds. */
const file: SendableFile = {
  etag: '"one"',
  modifiedAt: new Date("2027-03-02T08:00:00.500Z"),
  bytes: 10,
  contentType: "text/plain",
  read: async ({ offset, count } = { offset: 0, count: 10 }) =>
    Buffer.from("0123456789").subarray(offset, offset + count),
};

async function answer(headers: Readonly<Record<string, string>>, method: "GET" | "HEAD" = "GET") {
  const request = new HttpRequest({ url: "http://localhost/api/files/one", method, headers });
  const response = await fileResponse(request, file, "private").catch((error: Problem) => error.toResponse());
  const sent = new Headers(response.headers);
  return { status: response.status, headers: sent, body: response.body };
}

test.each([
  [{}, 200],
  [{ "if-match": '"other", "one"' }, 200],
  [{ "if-match": "*" }, 200],
  [{ "if-match": '"other"' }, 412],
  // Strong comparison: a weak tag does not match.
  [{ "if-match": 'W/"one"' }, 412],
  [{ "if-unmodified-since": THEN }, 200],
  [{ "if-unmodified-since": BEFORE }, 412],
  [{ "if-unmodified-since": "2027" }, 200],
  // A tag has precedence over a date.
  [{ "if-match": '"one"', "if-unmodified-since": BEFORE }, 200],
  [{ "if-none-match": '"other", W/"one"' }, 304],
  [{ "if-none-match": "*" }, 304],
  [{ "if-none-match": '"other"' }, 200],
  [{ "if-modified-since": THEN }, 304],
  [{ "if-modified-since": BEFORE }, 200],
  [{ "if-modified-since": "yesterday" }, 200],
  [{ "if-none-match": '"other"', "if-modified-since": THEN }, 200],
  [{ "if-match": '"other"', "if-none-match": '"one"' }, 412],
  [{ "if-match": '"other"', range: "bytes=20-" }, 412],
  [{ "if-match": '"one"', range: "bytes=2-3" }, 206],
  [{ range: "bytes=20-" }, 416],
])("%j: GET returns %i, and so does HEAD, except for ranges", async (headers, status) => {
  const got = await answer(headers);
  expect(got.status).toBe(status);
  const head = await answer(headers, "HEAD");
  expect(head.status).toBe("range" in headers && status !== 412 ? 200 : status);
});

test.each([
  ["bytes=2-3", "23"],
  ["bytes=3-3", "3"],
  ["bytes=7-", "789"],
  ["bytes=7-99", "789"],
  ["bytes=-2", "89"],
  // More bytes than the file has: the whole file.
  ["bytes=-99", "0123456789"],
])("the range %s of the file is %s", async (range, part) => {
  const { status, body } = await answer({ range });
  expect({ status, body }).toEqual({ status: 206, body: Buffer.from(part) });
});

test("a file that is deleted between its check and its transfer is a conflict, not a failure", async () => {
  const request = new HttpRequest({ url: "http://localhost/api/files/one", method: "GET" });
  const gone = { ...file, read: () => Promise.resolve(undefined) };
  await expect(fileResponse(request, gone, "private")).rejects.toMatchObject({ kind: "conflict" });
});

test("a HEAD returns the headers of the whole file, without reading it", async () => {
  const { status, headers, body } = await answer({ range: "bytes=2-3" }, "HEAD");
  expect([status, body]).toEqual([200, undefined]);
  expect(Object.fromEntries(headers)).toMatchObject({
    etag: '"one"',
    "last-modified": THEN,
    "content-length": "10",
    "accept-ranges": "bytes",
  });
});

test.each([
  ["created", 201],
  ["replaced", 200],
] as const)("a file that was %s returns %i and its version", (kind, status) => {
  const put = { kind, etag: '"two"', modifiedAt: file.modifiedAt };
  expect(storedResponse(put, "file", { name: "one" })).toEqual({
    status,
    headers: { etag: '"two"', "last-modified": THEN },
    jsonBody: { name: "one" },
  });
});

test("an upload with a simultaneous other one is a conflict", () => {
  expect(() => storedResponse({ kind: "disturbed" }, "file", {})).toThrow(
    "Another request replaced this file in the meantime",
  );
});
