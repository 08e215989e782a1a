import { describe, expect, inject, test } from "vitest";
import { leaksIn } from "./answer.ts";
import { exchange } from "./raw-socket.ts";
import { send } from "./wire.ts";

const { base } = inject("app");
// Raw bytes need a connection without TLS. On Azure, the platform's own servers would respond.
const isPlain = base.startsWith("http:");

const HOST = "host: localhost\r\n";
const JSON_TYPE = "content-type: application/json\r\n";
const CLOSE = "connection: close\r\n";
const get = (fields: string, version = "1.1") => `GET /api/catalog HTTP/${version}\r\n${fields}${CLOSE}\r\n`;
const post = (fields: string, body: string) =>
  `POST /api/orders HTTP/1.1\r\n${HOST}${JSON_TYPE}${CLOSE}${fields}\r\n${body}`;
/** A request that is hidden in a body, and could be handled as a separate request. */
const HIDDEN = `GET /api/openapi.json HTTP/1.1\r\n${HOST}\r\n`;

/** Status lines of all responses: there must never be more of them than requests. */
const statusesIn = (answer: string) =>
  [...answer.matchAll(/^HTTP\/1\.1 (\d{3}) /gm)].map(([, status]) => Number(status));

describe.runIf(isPlain)("a request with an ambiguous end", () => {
  test.each([
    [
      "a length and chunks",
      post("content-length: 5\r\ntransfer-encoding: chunked\r\n", `0\r\n\r\n${HIDDEN}`),
    ],
    [
      "chunks and a length",
      post("transfer-encoding: chunked\r\ncontent-length: 5\r\n", `0\r\n\r\n${HIDDEN}`),
    ],
    ["two lengths", post("content-length: 0\r\ncontent-length: 52\r\n", HIDDEN)],
    ["a list of lengths", post("content-length: 0, 52\r\n", HIDDEN)],
    ["a negative length", post("content-length: -1\r\n", HIDDEN)],
    ["a length with a sign", post("content-length: +2\r\n", "{}")],
    ["an invalid length", post("content-length: 0x2\r\n", "{}")],
    ["a very long length", post(`content-length: ${"9".repeat(30)}\r\n`, "{}")],
    ["an unknown coding", post("transfer-encoding: xchunked\r\n", `0\r\n\r\n${HIDDEN}`)],
    [
      "chunked as not the last coding",
      post("transfer-encoding: chunked, identity\r\n", `0\r\n\r\n${HIDDEN}`),
    ],
    ["a blank before the colon", post("transfer-encoding : chunked\r\n", `0\r\n\r\n${HIDDEN}`)],
    ["a folded field", post("transfer-encoding:\r\n chunked\r\n", `0\r\n\r\n${HIDDEN}`)],
    ["a chunk without a size", post("transfer-encoding: chunked\r\n", `zz\r\n{}\r\n0\r\n\r\n`)],
    ["a chunk of a too large size", post("transfer-encoding: chunked\r\n", `${"f".repeat(30)}\r\n{}\r\n`)],
    ["a zero in a field", get(`${HOST}x-any: a\u0000b\r\n`)],
    ["line feeds alone", get(`${HOST}x-any: a\nx-other: b\r\n`).replaceAll("\r\n", "\n")],
    ["no name of a field", get(`${HOST}: a\r\n`)],
    ["bytes beyond ASCII in its path", get(HOST).replace("catalog", "catalog\u00ff")],
    ["a blank in its path", get(HOST).replace("catalog", "cata log")],
    ["two hosts", get(`${HOST}host: example.com\r\n`)],
    ["no host", get("")],
    ["another version", get(HOST, "3.0")],
    ["an unknown method", get(HOST).replace("GET", "BREW")],
    ["a method in lower case", get(HOST).replace("GET", "get")],
    ["the preface of HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
    ["an authority for its target", `CONNECT example.com:443 HTTP/1.1\r\n${HOST}\r\n`],
  ])("%s is refused, and nothing after it gets a response", async (_title, text) => {
    const answer = await exchange(text);
    const statuses = statusesIn(answer);
    expect(statuses.length, answer).toBeLessThanOrEqual(1);
    for (const status of statuses) expect(status, answer).toSatisfy((it: number) => it >= 400 && it < 500);
    expect(leaksIn(answer)).toEqual([]);
    expect(answer).not.toContain("openapi");
  });
});

describe.runIf(isPlain)("a request that is unusual but valid", () => {
  const target = (text: string) => get(HOST).replace("/api/catalog", text);

  test.each([
    ["a body of a GET in chunks", get(`${HOST}transfer-encoding: chunked\r\n`) + inChunks(HIDDEN), 200],
    ["a body of a GET", `${get(`${HOST}content-length: ${HIDDEN.length}\r\n`)}${HIDDEN}`, 200],
    [
      "trailers",
      post("transfer-encoding: chunked\r\n", `2\r\n{}\r\n0\r\nx-ms-invocation-id: x\r\n\r\n`),
      400,
    ],
    ["an extended chunk", post("transfer-encoding: chunked\r\n", `2;a="b"\r\n{}\r\n0\r\n\r\n`), 400],
    ["a hundred fields", get(HOST + "x-any: a\r\n".repeat(98)), 200],
    ["more fields than servers accept", get(HOST + "x-any: a\r\n".repeat(995)), 431],
    ["a head of the maximum length of servers", get(`${HOST}x-any: ${"a".repeat(16_300)}\r\n`), 431],
    ["HTTP/1.0 without a host", get("", "1.0"), 200],
    ["an absolute target", target("http://localhost/api/catalog"), 200],
    ["an absolute target elsewhere", target("http://example.com/api/catalog?code=x"), 200],
    ["an upgrade to HTTP/2", get(`${HOST}upgrade: h2c\r\nhttp2-settings: AAMAAABkAAQAAP__\r\n`), 200],
    ["two keys", post("idempotency-key: a\r\nidempotency-key: b\r\ncontent-length: 2\r\n", "{}"), 400],
    ["two types", post("content-type: text/csv\r\ncontent-length: 2\r\n", "{}"), 415],
    ["an asterisk for its target", target("*").replace("GET", "OPTIONS"), 404],
  ])("%s gets one response", async (_title, text, status) => {
    const answer = await exchange(text);
    expect(statusesIn(answer), answer).toEqual([status]);
    expect(leaksIn(answer)).toEqual([]);
    expect((await send({ method: "GET", path: "/api/catalog", headers: {} })).status).toBe(200);
  });
});

function inChunks(text: string): string {
  return `${text.length.toString(16)}\r\n${text}\r\n0\r\n\r\n`;
}
