import { beforeAll, describe, expect, test } from "vitest";
import { createLocalHost } from "../../src/host.ts";
import type { LocalHost } from "../../src/host.ts";
import { appFolder } from "../support/app-fixture.ts";
import { exchange } from "../support/exchange.ts";

const MANAGEMENT = "/runtime/webhooks/durabletask";
const ADDRESSES = ["/", "/api/hello", `${MANAGEMENT}/instances`, "/admin/host/status", "/nothing"];

function appWith(host: object): string {
  return appFolder({
    "local.settings.json": JSON.stringify({ Host: host }),
    "app.mjs": `import { app } from "@azure/functions"; import * as df from "durable-functions";
app.http("hello", { handler: () => ({ body: "hi" }) });
df.app.orchestration("waits", function* (context) { yield context.df.waitForExternalEvent("go"); });`,
  });
}

async function started(host: object, allowedHosts: string[] = []): Promise<LocalHost> {
  const started = await createLocalHost({ app: appWith(host), port: 0, allowedHosts });
  await started.start();
  return started;
}

let host: LocalHost;
beforeAll(async () => {
  host = await started({});
  return () => host.stop();
});

/** With exactly these fields; returns the status. */
async function ask(
  target: string,
  fields: Readonly<Record<string, string>>,
  { method = "GET", of = host } = {},
): Promise<number> {
  const head = Object.entries({ host: "localhost", "content-length": "0", connection: "close", ...fields });
  const lines = head.map(([name, value]) => `${name}: ${value}\r\n`).join("");
  const answer = await exchange(of.url, `${method} ${target} HTTP/1.1\r\n${lines}\r\n`);
  return Number(/^HTTP\/1.1 (\d+)/.exec(answer)?.[1]);
}

describe("a name that is not this machine's is refused at every address", () => {
  test.each([
    "evil.example",
    "evil.example:7071",
    "localhost.evil.example",
    "evillocalhost",
    "127.0.0.1.evil.example",
    "192.168.1.2",
    "0.0.0.0",
    "[::2]",
    "[::ffff:192.168.1.2]",
  ])("%s", async (name) => {
    for (const address of ADDRESSES) expect(await ask(address, { host: name })).toBe(403);
    for (const method of ["POST", "OPTIONS", "HEAD"]) {
      expect(await ask("/api/hello", { host: name }, { method })).toBe(403);
    }
  });

  test("also in the target", async () => {
    expect(await ask(`http://evil.example${MANAGEMENT}/instances`, {})).toBe(403);
    expect(await ask(`HTTP://evil.example`, {})).toBe(403);
    expect(await ask(`http://localhost${MANAGEMENT}/instances`, { host: "evil.example" })).toBe(403);
    expect(await ask(`http://localhost:7071${MANAGEMENT}/instances`, {})).toBe(200);
  });

  test("and the line says what to do", async () => {
    const answer = await exchange(
      host.url,
      "GET / HTTP/1.1\r\nhost: Shop.Test:80\r\nconnection: close\r\n\r\n",
    );
    expect(answer).toMatch(
      /\r\n\r\nThis host does not answer to the name "shop\.test"\. Start it with --allow-host shop\.test if that is its name\.\n$/,
    );
  });
});

describe("a name of this machine is answered", () => {
  test.each([
    "localhost",
    "LocalHost:1",
    "localhost.",
    "localhost.:7071",
    "shop.localhost:7071",
    "127.0.0.1",
    "127.0.0.2:7071",
    "[::1]",
    "[::1]:7071",
    "[0:0:0:0:0:0:0:1]:7071",
    "[::ffff:127.0.0.1]",
  ])("%s", async (name) => {
    expect(await ask(`${MANAGEMENT}/instances`, { host: name })).toBe(200);
  });

  test("and no name, which only HTTP/1.0 allows", async () => {
    expect(await exchange(host.url, `GET ${MANAGEMENT}/instances HTTP/1.0\r\n\r\n`)).toMatch(
      /^HTTP\/1.1 200 /,
    );
  });

  test("and a name that the options allow", async () => {
    await using own = await disposable({}, ["Shop.test", ".tunnel.example", "192.168.1.2"]);
    for (const name of ["shop.test:80", "a.b.tunnel.example", "tunnel.example", "192.168.1.2:7071"]) {
      expect(await ask("/api/hello", { host: name }, own)).toBe(200);
    }
    for (const name of ["a.shop.test", "eviltunnel.example"]) {
      expect(await ask("/api/hello", { host: name }, own)).toBe(403);
    }
  });

  test.each(["", ".", "http://a.example", "a.example:80", "a b", "*", "*.a.example"])(
    "%j is no name for the options",
    async (name) => {
      const host = createLocalHost({ app: appWith({}), port: 0, allowedHosts: [name] });
      await expect(host).rejects.toThrow(/--allow-host .*: use a name without scheme and port/);
    },
  );
});

const EVIL = { origin: "https://evil.example" };
const START = `${MANAGEMENT}/orchestrators/waits`;

describe("pages of other sites cannot use the host's own addresses", () => {
  test.each<[string, Readonly<Record<string, string>>]>([
    ["an origin", EVIL],
    ["an origin and a text", { ...EVIL, "content-type": "text/plain", "sec-fetch-site": "cross-site" }],
    ["no origin", { origin: "null" }],
    ["another port of this machine", { origin: "http://localhost:3000", "sec-fetch-site": "same-site" }],
    ["only the browser's word", { "sec-fetch-site": "cross-site" }],
    ["a form", { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" }],
  ])("with %s", async (_, fields) => {
    for (const address of [
      START,
      `${MANAGEMENT}/instances/1/terminate`,
      "/admin/worker/kill",
      "/ADMIN/clock",
    ]) {
      expect(await ask(address, fields, { method: "POST" })).toBe(403);
    }
    expect(await ask(`${MANAGEMENT}/instances/1`, fields, { method: "DELETE" })).toBe(403);
    expect(await ask(`/x/..${MANAGEMENT}/instances/1`, fields, { method: "DELETE" })).toBe(403);
    expect((await host.hub.list({ top: 1 })).items).toEqual([]);
  });

  test("but their links open", async () => {
    const link = { "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" };
    expect(await ask(`${MANAGEMENT}/instances`, link)).toBe(200);
    expect(await ask(`${MANAGEMENT}/instances`, { ...link, "sec-fetch-mode": "no-cors" })).toBe(403);
  });

  test("the app decides about its own functions", async () => {
    expect(await ask("/api/hello", { ...EVIL, "sec-fetch-site": "cross-site" }, { method: "POST" })).toBe(
      200,
    );
  });

  test.each<[string, Readonly<Record<string, string>>]>([
    ["programs", {}],
    ["a page of this host", { origin: "http://localhost:7071", host: "localhost:7071" }],
    ["… behind a tunnel with encryption", { origin: "https://localhost", host: "localhost" }],
    ["… whose name the tunnel changes", { origin: "https://shop.test", "sec-fetch-site": "same-origin" }],
    ["a person", { "sec-fetch-site": "none" }],
  ])("%s can use them", async (_, fields) => {
    expect(await ask(`${MANAGEMENT}/instances/1/terminate`, fields, { method: "POST" })).toBe(404);
  });
});

test("origins of Host.CORS can use the host's own addresses; an asterisk means this machine's", async () => {
  const post = async (of: LocalHost, origin: string) =>
    ask(`${MANAGEMENT}/makePrimary`, { origin }, { method: "POST", of });
  await using named = await disposable({ CORS: "https://shop.example" });
  expect(await post(named.of, "https://shop.example")).toBe(200);
  expect(await post(named.of, "https://evil.example")).toBe(403);
  await using all = await disposable({ CORS: "*" });
  expect(await post(all.of, "http://localhost:3000")).toBe(200);
  expect(await post(all.of, "https://evil.example")).toBe(403);
  expect(await ask("/api/hello", EVIL, all)).toBe(200);
});

async function disposable(options: object, allowedHosts: string[] = []) {
  const of = await started(options, allowedHosts);
  return { of, [Symbol.asyncDispose]: () => of.stop() };
}
