import * as fc from "fast-check";

/** Texts that have broken somebody's program. */
const NOTORIOUS = [
  "",
  " ",
  "\u0000",
  "\r\nX-Injected: yes\r\n",
  "\u001b[31mred\u001b[0m",
  "\u202egnp.exe",
  "\u2028",
  "\ud800",
  "\ufeff",
  "é́́́́",
  "𝕏🏳️‍🌈👨‍👩‍👧‍👦",
  "../../../etc/passwd",
  "..\\..\\host.json",
  "%2e%2e%2f",
  "%00",
  "%zz",
  '=HYPERLINK("http://example.com")',
  "+1+1",
  "@SUM(A1)",
  "<script>alert(1)</script>",
  "' OR 1=1 --",
  "'; drop table orders; --",
  "${jndi:ldap://example.com/a}",
  "{{7*7}}",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "NaN",
  "true",
  "0",
  "-0",
  "1e999",
  "0x10",
  "1,2",
  "2026-02-30",
  "2026-11-24T25:00:00Z",
  "+275760-09-13T00:00:00Z",
  "PT0S",
  "P99999999Y",
  "PT1e3S",
  "P1M",
  "-PT1S",
  "@productsales@mug-300",
  "..",
  ".",
  "*",
  "/",
  "?x=1",
  "#",
  ";",
];

export const oddText: fc.Arbitrary<string> = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom(...NOTORIOUS) },
  { weight: 2, arbitrary: fc.string({ unit: "binary", maxLength: 40 }) },
  { weight: 1, arbitrary: fc.string({ unit: "grapheme", maxLength: 300 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(
        fc.constantFrom("a", "é", "\u0000", "=", "9", "\ud83d\ude00"),
        fc.constantFrom(65, 256, 5000, 70_000),
      )
      .map(([character, times]) => character.repeat(times)),
  },
);

const DEPTHS = [2, 50, 5000, 60_000];

/** JSON of any value but the one that is expected. As text: some of it has no counterpart in JavaScript. */
export const oddJson: fc.Arbitrary<string> = fc.oneof(
  { weight: 6, arbitrary: oddText.map((text) => JSON.stringify(text)) },
  {
    weight: 5,
    arbitrary: fc.constantFrom(
      "null",
      "true",
      "false",
      "0",
      "-1",
      "1.5",
      "-0",
      "1e308",
      "1e999",
      "-1e999",
      "9007199254740993",
      "12345678901234567890123456789",
      "[]",
      "{}",
      "[null]",
      '{"":""}',
      '{"__proto__":{"x":1}}',
      '"\\ud800"',
      '{"toString":null}',
      '{"constructor":{"prototype":{}}}',
      '{"length":1}',
      "[[],[],[]]",
    ),
  },
  { weight: 1, arbitrary: fc.json({ maxDepth: 4 }) },
  {
    weight: 1,
    arbitrary: fc
      .tuple(fc.constantFrom(["[", "]"], ['{"a":', "}"]), fc.constantFrom(...DEPTHS))
      .map(([[open, close], depth]) => `${open?.repeat(depth)}1${close?.repeat(depth)}`),
  },
  { weight: 1, arbitrary: fc.constantFrom(100, 5000).map((size) => JSON.stringify(Array(size).fill(1))) },
);

/** What is no JSON, or not in UTF-8. */
export const oddBody: fc.Arbitrary<string | Uint8Array> = fc.oneof(
  oddJson,
  oddText,
  fc.uint8Array({ maxLength: 200 }),
  fc.constantFrom("", " ", "{", "[", '{"a":1}}', "{'a':1}", "{a:1}", '{"a":1,}', "\ufeff{}", "//\n{}", "NaN"),
  fc.constantFrom(
    Buffer.from('{"a":1}', "utf16le"),
    Buffer.from([0xff, 0xfe]),
    Buffer.from([0x7b, 0xc3, 0x28, 0x7d]),
  ),
  fc.constant(`{"${"k".repeat(200_000)}":1}`),
  fc.constant("x".repeat(300_000)),
  fc.constant(JSON.stringify(Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`field${n}`, n])))),
);

/** Below what servers take for all headers together: they answer more by themselves. */
const LONGEST_SEGMENT = 4000;

/** A part of a path, as it is on the wire. */
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
    ),
  },
);

/** Not everything that JavaScript has in a string can be encoded. */
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
    "*/*",
    ";",
    "image/jpeg",
  ],
  "idempotency-key": ["", "a".repeat(64), "a".repeat(65), "../x", "a b", "a,b", "é", "%00"],
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
  ],
  "if-none-match": ["*", '""', "W/", '"a", "b"', ","],
  "if-range": ['"x"', "yesterday"],
  accept: ["text/html", "image/*", "*/*;q=0", ",,,"],
  "accept-encoding": ["gzip, br", "identity;q=0", "x"],
  host: [
    "",
    "localhost",
    "example.com",
    "a b",
    "[::1]",
    "[",
    "a:99999",
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
  traceparent: ["x", "00-0-0-00", `00-${"0".repeat(32)}-${"0".repeat(16)}-ff`],
  "transfer-encoding": ["chunked"],
  expect: ["100-continue"],
};

/** A header that is wrong, unusual or too much. */
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

/** A query, from the question mark on. */
export const oddQuery: fc.Arbitrary<string> = fc
  .array(
    fc.tuple(
      fc.oneof(
        fc.constantFrom(
          "continuation",
          "pattern",
          "status",
          "from",
          "to",
          "token",
          "code",
          "clientId",
          "taskHub",
        ),
        oddSegment,
      ),
      oddSegment,
    ),
    { minLength: 1, maxLength: 3 },
  )
  .map((pairs) => `?${pairs.map(([name, value]) => `${name}=${value}`).join("&")}`);
