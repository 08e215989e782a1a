import { once } from "node:events";
import { createServer, request as open } from "node:http";
import type { IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { createConsole } from "durable-console";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { FakeHost } from "./support/fake-host.ts";

/** The console as a part of another server, which answers "other" for what is not the console's. */
const page = createConsole(new FakeHost());
const server = createServer((request, response) => {
  if (!page.serve(request, response)) response.end("other");
});
let port = 0;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  ({ port } = server.address() as AddressInfo);
});
afterAll(() => server.close());

const BROWSER = { accept: "text/html,*/*;q=0.8" };

/** Node's own client, because `fetch` sets some headers itself and normalises paths. */
async function send(path: string, headers: Readonly<Record<string, string>> = {}, method = "GET") {
  const request = open({ port, path, method, headers: { host: `localhost:${port}`, ...headers } }).end();
  const [response] = (await once(request, "response")) as [IncomingMessage];
  return { status: response.statusCode, headers: response.headers, body: await text(response) };
}

test("a browser gets the page at /, everybody else what is there", async () => {
  const { status, headers, body } = await send("/", BROWSER);
  expect(status).toBe(200);
  expect(headers["content-type"]).toBe("text/html; charset=utf-8");
  expect(body).toContain('<script type="module"');
  expect((await send("/", { accept: "*/*" })).body).toBe("other");
  expect((await send("/", BROWSER, "POST")).body).toBe("other");
  expect((await send("/api/x", BROWSER)).body).toBe("other");
});

test("what the page names is there, for good, and compressed if that is wanted", async () => {
  const { body } = await send("/", BROWSER);
  const names = [...body.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, name = ""]) => name);
  expect(names).not.toEqual([]);
  for (const name of names) {
    const { status, headers } = await send(name, { "accept-encoding": "gzip" });
    expect(status).toBe(200);
    expect(headers).toMatchObject({
      "content-encoding": "gzip",
      "cache-control": expect.stringContaining("immutable") as string,
    });
  }
});

test("every answer has a strict policy", async () => {
  for (const path of ["/", "/runtime/console/nothing"]) {
    const { headers } = await send(path, BROWSER);
    expect(headers).toMatchObject({
      "content-security-policy":
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; connect-src 'self'; " +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  }
});

describe("no other file is served", () => {
  test.each([
    "/runtime/console/../../package.json",
    "/runtime/console/../server/console.js",
    "/runtime/console/..%2f..%2fpackage.json",
    "/runtime/console/%2e%2e/%2e%2e/package.json",
    "/runtime/console/..\\..\\package.json",
    "/runtime/console//etc/passwd",
    "/runtime/console/assets/",
    "/runtime/console/__proto__",
    "/runtime/console/.page-inputs",
  ])("%s", async (path) => {
    expect((await send(path)).status).toBe(404);
  });
});

describe("a request is refused", () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ["from the page of another site", { origin: "https://evil.example" }],
    ["from a page without an address", { origin: "null" }],
    ["from another site, without an origin", { "sec-fetch-site": "cross-site" }],
    ["from another port of this machine", { "sec-fetch-site": "same-site", "sec-fetch-mode": "cors" }],
  ])("%s", async (_, headers) => {
    expect((await send("/runtime/console/index.html", headers)).status).toBe(403);
    expect((await send("/", { ...BROWSER, ...headers })).status).toBe(403);
  });

  test("if it would change something and does not say where it is from", async () => {
    expect((await send("/runtime/console/kill", {}, "POST")).status).toBe(403);
    expect((await send("/runtime/console/kill", { origin: "null" }, "POST")).status).toBe(403);
    const own = { origin: `http://localhost:${port}` };
    expect((await send("/runtime/console/index.html", own, "POST")).status).toBe(405);
  });
});

test("a link on another site opens the page", async () => {
  const link = { ...BROWSER, "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
  expect((await send("/", link)).status).toBe(200);
});
