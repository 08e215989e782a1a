import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, RequestListener, Server } from "node:http";
import { type AddressInfo, connect, Socket } from "node:net";
import path from "node:path";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { createLocalHost } from "durable-local-host";
import { describe, expect, onTestFinished, test, vi } from "vitest";
import { Proxy } from "../src/server/proxy/proxy.ts";
import { send } from "./support/served-app.ts";

const KEY = "a/secret+key==";
const HELLO = path.resolve(import.meta.dirname, "../../local-host/test/apps/hello-sequence");
const BIN = path.resolve(import.meta.dirname, "../bin/durable-console.mjs");

async function listening(listener: RequestListener): Promise<{ server: Server; url: string }> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  await once(server, "listening");
  return { server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

async function proxyFor(base: string, key: string | undefined = KEY): Promise<string> {
  const proxy = new Proxy({ base, key, keyName: key === undefined ? undefined : "MY_KEY" });
  return (await listening((request, response) => proxy.serve(request, response))).url;
}

/** A proxy before an app that is made up, and what the app has got. */
async function before(listener: RequestListener) {
  const requests: IncomingMessage[] = [];
  const { url: base } = await listening((request, response) => {
    requests.push(request);
    listener(request, response);
  });
  return { base, requests, url: await proxyFor(base) };
}

const INSTANCES = "/runtime/webhooks/durabletask/instances";

test("the list, a start and a status of a real host go through", async () => {
  const host = await createLocalHost({ app: HELLO, port: 0 });
  onTestFinished(() => host.stop());
  await host.start();
  const url = await proxyFor(host.url);
  const headers = { origin: url };
  const started = await send(url, "/api/orchestrators/helloSequence", { method: "POST", headers });
  expect(started.status).toBe(202);
  const links = JSON.parse(started.body) as { readonly id: string; readonly statusQueryGetUri: string };
  expect(links.statusQueryGetUri.startsWith(`${url}${INSTANCES}/${links.id}?`)).toBe(true);
  expect(started.body + JSON.stringify(started.headers)).not.toMatch(/code=(?!\*\*\*)/);
  await host.engine.waitForCompletion(links.id);
  const status = await send(url, links.statusQueryGetUri.slice(url.length));
  expect(JSON.parse(status.body)).toMatchObject({ runtimeStatus: "Completed" });
  expect(JSON.parse((await send(url, INSTANCES)).body)).toHaveLength(1);
});

test("the key is sent in a header, and no cookie, no origin and no other key", async () => {
  const { url, requests } = await before((_, response) => response.end("[]"));
  await send(url, `${INSTANCES}?code=mine&top=1`, {
    headers: {
      cookie: "a=b",
      authorization: "Bearer x",
      "x-functions-key": "mine",
      "x-ms-continuation-token": "next",
    },
  });
  const [request] = requests;
  expect(request?.url).toBe(`${INSTANCES}?top=1`);
  expect(request?.headers).toMatchObject({ "x-functions-key": KEY, "x-ms-continuation-token": "next" });
  for (const name of ["cookie", "authorization", "origin", "referer"]) {
    expect(request?.headers).not.toHaveProperty(name);
  }
});

test("no answer has a key, in whatever form, and addresses lead to the console", async () => {
  const { base, url } = await before((_, response) => {
    const link = `${base}${INSTANCES}/1?taskHub=a&connection=b&code=`;
    response.writeHead(200, {
      "content-type": "application/json",
      location: link + encodeURIComponent(KEY),
      "set-cookie": "a=b",
      "x-ms-note": KEY,
    });
    const texts = [
      JSON.stringify({
        plain: link + KEY,
        encoded: link + encodeURIComponent(KEY),
        other: `${link}other-key`,
      }),
      JSON.stringify({ escaped: link + KEY })
        .replaceAll("&", "\\u0026")
        .replaceAll("/", "\\/"),
      JSON.stringify({ message: `The key ${KEY} is wrong` }),
      JSON.stringify({ api: `${base}/api/orders/1`, unrelated: "https://example.com/?code=1" }),
    ];
    response.end(`[${texts.join(",")}]`);
  });
  const { headers, body } = await send(url, INSTANCES);
  const all = decodeURIComponent(body.replaceAll("\\/", "/")) + JSON.stringify(headers);
  expect(all).not.toContain(KEY);
  expect(all).not.toContain("other-key");
  expect(all).not.toContain(base);
  expect(headers).not.toHaveProperty("set-cookie");
  expect(headers.location).toBe(`${url}${INSTANCES}/1?taskHub=a&connection=b&code=***`);
  expect(body).toContain("https://example.com/?code=1");
  expect(body).toContain(`${url}/api/orders/1`);
});

describe("a key with characters that are escaped somewhere does not come back", () => {
  const key = `a/"s\\ecret+ k&y==`;
  const percent = encodeURIComponent(key);
  const unicode = (text: string) =>
    text.replaceAll(/\W/g, (char) => String.raw`\u` + char.charCodeAt(0).toString(16).padStart(4, "0"));
  const json = JSON.stringify(key).slice(1, -1);
  const forms = [key, percent, percent.toLowerCase(), json, json.replaceAll("/", "\\/"), unicode(key)];

  async function echo(type: string, chunks: readonly Buffer[]): Promise<string> {
    const { url: base } = await listening((_, response) => {
      response.writeHead(200, { "content-type": type });
      Readable.from(chunks).pipe(response);
    });
    return (await send(await proxyFor(base, key), "/api/echo")).body;
  }

  test("in text", async () => {
    expect(await echo("application/json", [Buffer.from(forms.join("\n"))])).toBe(
      forms.map(() => "***").join("\n"),
    );
  });

  test.each(["application/octet-stream", "image/png", "application/zip"])("in %s", async (type) => {
    const bytes = Buffer.from(`${forms.join("|")}|end`);
    const expected = `${forms.map(({ length }) => "*".repeat(length)).join("|")}|end`;
    expect(await echo(type, [bytes])).toBe(expected);
    const single = Array.from(bytes, (_, n) => bytes.subarray(n, n + 1));
    expect(await echo(type, single)).toBe(expected);
  });
});

test("other bytes of a binary answer stay as they are", async () => {
  const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, n) => (n * 7) % 256));
  const { url } = await before((_, response) => {
    response.writeHead(200, { "content-type": "application/octet-stream" }).end(bytes);
  });
  const answer = await fetch(`${url}/api/file`);
  expect(Buffer.from(await answer.arrayBuffer()).equals(bytes)).toBe(true);
});

describe("is not forwarded", () => {
  test.each([
    "/admin/host/status",
    "/api/../admin/host/status",
    "/api/%2e%2e/admin/host/status",
    "/api/%2e%2e%2fadmin/host/status",
    "/api/%252e%252e%252fadmin/host/status",
    "/api/..%5cadmin/host/status",
    "/runtime/webhooks/blobs",
    "/runtime/webhooks/durabletask/../blobs",
    "//evil.example/api/x",
    "http://evil.example/api/x",
    "/apix",
  ])("%s", async (address) => {
    const { url, requests } = await before((_, response) => response.end());
    expect((await send(url, address)).status).toBe(404);
    expect(requests).toEqual([]);
  });

  test("a request under another name, or of another site", async () => {
    const { url, requests } = await before((_, response) => response.end());
    const foreign = [
      { host: "evil.example" },
      { host: "evil.example:7070" },
      { host: "localhost.evil.example" },
      { origin: "https://evil.example" },
      { "sec-fetch-site": "cross-site" },
    ];
    for (const headers of foreign) expect((await send(url, INSTANCES, { headers })).status).toBe(403);
    expect((await send(url, `${INSTANCES}/1/terminate`, { method: "POST" })).status).toBe(403);
    expect(requests).toEqual([]);
  });

  test("a body of more than 100 MB", async () => {
    const { url, requests } = await before((_, response) => response.end());
    const headers = { origin: url, "content-length": "104857601" };
    expect((await send(url, "/api/x", { method: "POST", headers })).status).toBe(413);
    expect(requests).toEqual([]);
  });
});

test("a body of more than 100 MB that declares no length is cut off with 413", async () => {
  const { url, requests } = await before((request) => request.resume());
  const { host, port } = new URL(url);
  // Not Node's own client, which stops sending as soon as it has an answer.
  const socket = connect(Number(port), "127.0.0.1");
  const answer = text(socket);
  const head = `POST /api/x HTTP/1.1\r\nhost: ${host}\r\norigin: ${url}\r\n`;
  const megabyte = `100000\r\n${"x".repeat(1_048_576)}\r\n`;
  const body = Array.from({ length: 120 }, () => megabyte);
  Readable.from([`${head}transfer-encoding: chunked\r\n\r\n`, ...body, "0\r\n\r\n"]).pipe(socket);
  expect(await answer).toMatch(/^HTTP\/1.1 413 [^]*larger than the 100 MB/);
  await expect.poll(() => requests[0]?.destroyed).toBe(true);
  expect(requests[0]?.complete).toBe(false);
});

test.each([
  [200, true],
  [401, true],
  [404, false],
])("an app that answers %i for its OpenAPI document: the page is told %s", async (status, hasOpenApi) => {
  const { url, requests } = await before((_, response) => response.writeHead(status).end());
  expect(JSON.parse((await send(url, "/runtime/console/about")).body)).toMatchObject({ hasOpenApi });
  expect(requests).toHaveLength(1);
});

test("an app that says nothing about its OpenAPI document for 3 seconds does not keep the page waiting", async () => {
  const { url } = await before(() => undefined);
  expect(JSON.parse((await send(url, "/runtime/console/about")).body)).toMatchObject({ hasOpenApi: null });
});

test("an app that says nothing for a minute does not keep the request waiting", async () => {
  const timers = vi.spyOn(Socket.prototype, "setTimeout").mockImplementation(function (
    this: Socket,
    milliseconds,
  ) {
    if (milliseconds === 60_000) setImmediate(() => this.emit("timeout"));
    return this;
  });
  onTestFinished(() => timers.mockRestore());
  const { base, url } = await before(() => undefined);
  const { status, body } = await send(url, INSTANCES);
  expect(status).toBe(502);
  expect(JSON.parse(body)).toEqual({ error: `${base} cannot be reached: no answer for 60 s.` });
});

test("what the app sends does not run as a page of the console", async () => {
  const { url } = await before((_, response) => {
    response.writeHead(200, { "content-type": "text/html", "content-security-policy": "default-src *" });
    response.end("<script>alert(1)</script>");
  });
  const { headers } = await send(url, "/api/page", { headers: { accept: "text/html" } });
  expect(headers["content-security-policy"]).toBe("sandbox; default-src 'none'");
});

test("an app that is down, and a wrong key, are one clear line each", async () => {
  const { server, url: base } = await listening((_, response) => response.end());
  server.close();
  const down = await send(await proxyFor(base), INSTANCES);
  expect(down).toMatchObject({ status: 502 });
  expect(JSON.parse(down.body)).toEqual({ error: `${base} cannot be reached: ECONNREFUSED.` });
  const { url } = await before((_, response) => response.writeHead(401).end());
  const refused = await send(url, INSTANCES);
  expect(refused).toMatchObject({ status: 401 });
  expect(refused.body).toContain("refuses the key in MY_KEY");
});

test("an answer that is none is one clear line, without what the app sent and the address", async () => {
  const { url: base } = await listening(({ url, socket }) => socket.end(`HTTP/1.1 ${url} ${KEY}\r\n\r\n`));
  const { status, body } = await send(await proxyFor(base), "/api/x?token=secret");
  expect(status).toBe(502);
  expect(JSON.parse(body)).toEqual({ error: `${base} cannot be reached: HPE_INVALID_STATUS.` });
});

test("all names of this machine are the console's", async () => {
  const { url } = await before((_, response) => response.end("[]"));
  const { port } = new URL(url);
  for (const name of ["localhost", "LOCALHOST", "localhost.", "127.0.0.1", "[::1]"]) {
    const headers = { host: `${name}:${port}`, origin: `http://${name}:${port}` };
    expect((await send(url, INSTANCES, { headers, method: "POST" })).status).toBe(200);
  }
});

test("too much text is refused, and images of any size are streamed", async () => {
  const { url } = await before((request, response) => {
    response.writeHead(200, { "content-type": request.url === "/api/text" ? "text/plain" : "image/png" });
    response.end(Buffer.alloc(64_000_001, 97));
  });
  expect((await send(url, "/api/text")).status).toBe(502);
  expect((await send(url, "/api/image")).body).toHaveLength(64_000_001);
});

describe("mistakes on the command line are one line, without the key", () => {
  test.each([
    [[], "--base <url>"],
    [["--base", "localhost:7071"], "--base: an http or https address"],
    [["--base", `https://a.example/?code=${KEY}`], "pass a key with --key-env"],
    [["--base", "http://a.example", "--key-env", "MY_KEY"], "without encryption"],
    [["--base", "http://127.evil.example", "--key-env", "MY_KEY"], "without encryption"],
    [["--base", "https://a.example", "--key-env", "NONE"], "no environment variable"],
    [["--base", "https://a.example", "--port", "x"], "--port x"],
    [["--bas"], "Unknown option"],
  ])("%j", (args, message) => {
    const { status, stderr } = spawnSync(process.execPath, [BIN, ...args], {
      encoding: "utf8",
      env: { ...process.env, MY_KEY: KEY },
    });
    expect(status).toBe(1);
    expect(stderr).toContain(message);
    expect(stderr.trim().split("\n")).toHaveLength(1);
    expect(stderr).not.toContain(KEY);
  });
});
