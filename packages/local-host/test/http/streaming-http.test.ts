import { createHash } from "node:crypto";
import { request } from "node:http";
import { Readable } from "node:stream";
import { setTimeout as sleep } from "node:timers/promises";
import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

// One app for all tests: the library allows `app.setup` only before the first app of a process has started.
const APP = `import { app } from "@azure/functions";
import { createHash } from "node:crypto";
app.setup({ enableHttpStream: true });
const seen = { upload: undefined, gate: undefined };
app.http("upload", { route: "upload/{name}", methods: ["POST"], handler: async (request) => {
  const hash = createHash("sha256");
  let bytes = 0;
  for await (const chunk of request.body) { hash.update(chunk); bytes += chunk.length; }
  return { status: 201, headers: { "x-url": request.url }, cookies: [{ name: "a", value: "1" }, { name: "b", value: "2" }],
    jsonBody: { bytes, sha: hash.digest("hex"), name: request.params.name, query: request.query.get("q"),
      type: request.headers.get("content-type") } };
} });
app.http("ticks", { handler: () => ({ headers: { "content-type": "text/event-stream" }, body: new ReadableStream({
  async start(controller) {
    for (let n = 0; n < 3; n++) {
      controller.enqueue(new TextEncoder().encode("data: " + n + "\\n\\n"));
      await new Promise((resolve) => setTimeout(resolve, 60));
    }
    controller.close();
  } }) }) });
app.http("throws", { handler: () => { throw new Error("nope"); } });
app.http("nothing", { handler: () => {} });
app.http("early", { methods: ["POST"], handler: () => ({ status: 400, body: "no thanks" }) });
app.http("breaks", { handler: () => { let n = 0; return { body: new ReadableStream({ async pull(controller) {
  if (++n > 2) throw new Error("body broke");
  controller.enqueue(new TextEncoder().encode("x".repeat(1000)));
  await new Promise((resolve) => setTimeout(resolve, 60));
} }) }; } });
app.http("listens", { methods: ["POST"], handler: async (request) => {
  try { for await (const chunk of request.body) seen.upload = "began"; seen.upload = "read all"; }
  catch (error) { seen.upload = String(error); }
  return {};
} });
app.http("holds", { methods: ["POST"], handler: async (request) => {
  await new Promise((resolve) => { seen.gate = resolve; });
  let bytes = 0;
  for await (const chunk of request.body) bytes += chunk.length;
  return { jsonBody: { bytes } };
} });
app.http("named", { route: "m/{id}", methods: ["GET", "POST"], handler: async (request) => ({ jsonBody: {
  params: request.params, body: await request.text() } }) });
app.http("release", { handler: () => { seen.gate(); return {}; } });
app.http("seen", { methods: ["GET", "DELETE", "OPTIONS"], handler: () => ({ jsonBody: seen }) });`;

const folder = appFolder({ "app.mjs": APP });

function* megabytes(count: number): Generator<Buffer> {
  for (let n = 0; n < count; n++) yield Buffer.alloc(1024 * 1024, n);
}

test("an upload of 50 MiB is streamed and not buffered in the host", async () => {
  const { host } = await startedHost(folder);
  const expected = createHash("sha256");
  for (const part of megabytes(50)) expected.update(part);
  const response = await fetch(`${host.url}/api/upload/album?q=a%20b`, {
    method: "POST",
    headers: { "content-type": "image/jpeg" },
    body: Readable.toWeb(Readable.from(megabytes(50))),
    duplex: "half",
  });
  expect(response.status).toBe(201);
  expect(await response.json()).toEqual({
    bytes: 50 * 1024 * 1024,
    sha: expected.digest("hex"),
    name: "album",
    query: "a b",
    type: "image/jpeg",
  });
  expect(response.headers.get("x-url")).toBe(`${host.url}/api/upload/album?q=a%20b`);
  expect(response.headers.getSetCookie()).toEqual(["a=1", "b=2"]);
});

test("an upload pauses at the client while the handler does not read", async () => {
  const { host } = await startedHost(folder);
  let taken = 0;
  const response = fetch(`${host.url}/api/holds`, {
    method: "POST",
    body: Readable.toWeb(
      Readable.from(
        (function* () {
          for (const part of megabytes(64)) {
            taken += part.length;
            yield part;
          }
        })(),
      ),
    ),
    duplex: "half",
  });
  await sleep(300);
  expect(taken).toBeLessThan(40 * 1024 * 1024);
  await fetch(`${host.url}/api/release`);
  expect(await (await response).json()).toEqual({ bytes: 64 * 1024 * 1024 });
});

/** The parameters and the body of the function at `m/{id}`. */
async function named(url: string, body?: RequestInit["body"]): Promise<{ params: object; body: string }> {
  const streamed = typeof body === "string" ? {} : { duplex: "half" as const };
  const response = await fetch(url, body === undefined ? {} : { method: "POST", body, ...streamed });
  return (await response.json()) as { params: object; body: string };
}

test("route and query values are parameters, the function's key is not", async () => {
  const { host } = await startedHost(folder);
  const { params } = await named(`${host.url}/api/m/7?name=bob&id=8&code=secret&n=1&N=2`);
  // Names are case-insensitive, and the later value has the first spelling of the name.
  expect(params).toEqual({ name: "bob", id: "7", n: "2" });
});

test("top-level values of a JSON body are parameters below those of query and route", async () => {
  const { host } = await startedHost(folder);
  const body = JSON.stringify({
    name: "ann",
    id: 9,
    ok: true,
    none: null,
    list: [1],
    inner: { a: 1 },
    at: "2025-12-31T23:59:00.5Z",
    n: 1.5,
    large: 1e21,
    small: 1e-7,
  });
  const seen = await named(`${host.url}/api/m/7?name=bob`, `\uFEFF ${body}`);
  expect(seen.params).toEqual({
    name: "bob",
    id: "7",
    ok: "True",
    at: "12/31/2025 23:59:00",
    n: "1.5",
    large: "1E+21",
    small: "1E-07",
  });
  expect(seen.body.trim()).toBe(body);
});

test("a body that is nested more than 64 deep, which Json.NET refuses, has no parameters", async () => {
  const { host } = await startedHost(folder);
  const nested = (depth: number): string => `{"a":1,"deep":${"[".repeat(depth - 1)}${"]".repeat(depth - 1)}}`;
  const { params } = await named(`${host.url}/api/m/7`, nested(64));
  expect(params).toEqual({ id: "7", a: "1" });
  for (const depth of [65, 100_000]) {
    const body = nested(depth);
    expect(await named(`${host.url}/api/m/7`, body)).toEqual({ params: { id: "7" }, body });
  }
});

test.each(["[1]", '{"a":1', "a=1", " ", '"{"'])(
  "a body of %j has no parameters and arrives",
  async (body) => {
    const { host } = await startedHost(folder);
    expect(await named(`${host.url}/api/m/7`, body)).toEqual({ params: { id: "7" }, body });
  },
);

test("a body without a length is not read for parameters", async () => {
  const { host } = await startedHost(folder);
  const body = Readable.toWeb(Readable.from([Buffer.from('{"a":1}')]));
  expect(await named(`${host.url}/api/m/7`, body)).toEqual({ params: { id: "7" }, body: '{"a":1}' });
});

test("events arrive as they are written", async () => {
  const { host } = await startedHost(folder);
  const response = await fetch(`${host.url}/api/ticks`);
  const arrivals: number[] = [];
  const texts: string[] = [];
  for await (const chunk of response.body ?? []) {
    arrivals.push(performance.now());
    texts.push(Buffer.from(chunk).toString());
  }
  expect(texts.join("")).toBe("data: 0\n\ndata: 1\n\ndata: 2\n\n");
  expect((arrivals.at(-1) ?? 0) - (arrivals[0] ?? 0)).toBeGreaterThan(80);
});

test("failures and missing responses get the same response as without streaming, with a note about Azure", async () => {
  const { host, logs } = await startedHost(folder);
  expect((await fetch(`${host.url}/api/throws`)).status).toBe(500);
  expect((await fetch(`${host.url}/api/nothing`)).status).toBe(204);
  const warnings = logs.filter(({ level }) => level === "warning");
  expect(warnings.map(({ functionName }) => functionName)).toEqual(["throws", "nothing"]);
  for (const { message } of warnings) expect(message).toContain("on Azure it waits for four minutes");
  expect((await fetch(`${host.url}/api/unknown`)).status).toBe(404);
});

test("an interrupted response body is interrupted at the client", async () => {
  const { host } = await startedHost(folder);
  const response = await fetch(`${host.url}/api/breaks`);
  expect(response.status).toBe(200);
  await expect(response.text()).rejects.toThrow("terminated");
});

test("a response before the end of the upload arrives, and the connection is usable after it", async () => {
  const { host } = await startedHost(folder);
  for (let round = 0; round < 2; round++) {
    const early = await fetch(`${host.url}/api/early`, { method: "POST", body: Buffer.alloc(5_000_000) });
    expect([early.status, await early.text()]).toEqual([400, "no thanks"]);
    expect((await fetch(`${host.url}/api/nothing`)).status).toBe(204);
  }
});

test("a client that disconnects ends the handler's request body", async () => {
  const { host } = await startedHost(folder);
  const gone = request(`${host.url}/api/listens`, { method: "POST" });
  gone.on("error", () => undefined);
  gone.write("abc");
  await expect.poll(async () => (await fetch(`${host.url}/api/seen`)).json()).toEqual({ upload: "began" });
  gone.destroy();
  await expect
    .poll(async () => (await fetch(`${host.url}/api/seen`)).json())
    .toEqual({ upload: "Error: aborted" });
});

test("two hundred simultaneous requests get their own responses", async () => {
  const { host } = await startedHost(folder);
  const names = await Promise.all(
    Array.from({ length: 200 }, async (_, index) => {
      const response = await fetch(`${host.url}/api/upload/n${index}`, { method: "POST", body: `b${index}` });
      return ((await response.json()) as { name: string }).name;
    }),
  );
  expect(names).toEqual(Array.from({ length: 200 }, (_, index) => `n${index}`));
});

/** Sends requests that `fetch` would not: any header, and a body with any method. */
function ask(
  url: string,
  headers: Record<string, string>,
  { method = "GET", body }: { method?: string; body?: string } = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const outgoing = request(url, { method, headers, timeout: 5000 }, (incoming) => {
      incoming.resume();
      resolve(incoming.statusCode);
    });
    outgoing.on("timeout", () => outgoing.destroy(new Error("no answer")));
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

test.each(["GET", "DELETE", "OPTIONS"])(
  "a chunked body of a %s is not read as a second request",
  async (method) => {
    const { host } = await startedHost(folder);
    const chunked = { "transfer-encoding": "chunked" };
    const body = "GET /api/throws HTTP/1.1\r\nhost: a\r\n\r\n";
    for (let round = 0; round < 3; round++) {
      expect(await ask(`${host.url}/api/seen`, chunked, { method, body })).toBe(200);
    }
  },
);

test("fields of the host are not accepted from the client", async () => {
  const { host } = await startedHost(folder);
  for (const header of ["x-ms-invocation-id", "x-forwarded-host", "x-forwarded-proto"]) {
    expect(await ask(`${host.url}/api/seen`, { [header]: "a b" }), header).toBe(200);
  }
});

test("a header that is not ASCII is served, with a note about the Functions host", async () => {
  const { host, logs } = await startedHost(folder);
  expect(await ask(`${host.url}/api/seen`, { "x-note": Buffer.from("ä").toString("latin1") })).toBe(200);
  const warnings = logs.filter(({ level }) => level === "warning");
  expect(warnings.map(({ functionName }) => functionName)).toEqual(["seen"]);
  expect(warnings[0]?.message).toContain("cannot forward a header that is not ASCII");
});

test.each(["a b", "[", "a:99999", "user@example.com", "example.com/path"])(
  "a Host of %j is refused by the host itself",
  async (name) => {
    const { host } = await startedHost(folder);
    expect(await ask(`${host.url}/api/seen`, { host: name })).toBe(400);
  },
);
