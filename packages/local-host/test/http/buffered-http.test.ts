import { request } from "node:http";
import { expect, test } from "vitest";
import { createLocalHost } from "../../src/host.ts";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

const APP = `import { app } from "@azure/functions";
app.http("echo", { route: "echo/{name:alpha?}", methods: ["GET", "POST", "HEAD", "OPTIONS"], handler: async (request) => ({
  jsonBody: { method: request.method, url: request.url, params: request.params,
    query: Object.fromEntries(request.query), header: request.headers.get("x-twice"), body: await request.text() } }) });
app.http("bytes", { methods: ["POST"], handler: async (request) => ({
  body: new Uint8Array(await request.arrayBuffer()).reverse(), headers: { "content-type": "image/png" } }) });
app.http("cookies", { handler: () => ({ status: 201, cookies: [
  { name: "plain", value: "a b" },
  { name: "full", value: "1", domain: "x.org", path: "/p", secure: true, httpOnly: true, sameSite: "Strict", maxAge: 5,
    expires: new Date(Date.UTC(2030, 0, 2, 3, 4, 5)) },
  { name: "loose", value: "2", sameSite: "None" } ] }) });
app.http("throws", { handler: () => { throw new Error("nope"); } });
app.http("text", { handler: () => "not an object" });
app.http("nothing", { handler: () => {} });
app.http("none", { handler: () => ({ status: 304, body: "dropped" }) });
app.http("off", { handler: () => ({}) });`;

const FILES = {
  "app.mjs": APP,
  "local.settings.json": JSON.stringify({ Values: { "AzureWebJobs.off.Disabled": "true" } }),
};

test("requests reach handlers completely", async () => {
  const { host } = await startedHost(appFolder(FILES));
  const response = await fetch(`${host.url}/api/ECHO/ann?x=1&x=2&empty=`, {
    method: "POST",
    body: "grüße",
    headers: [
      ["x-twice", "a"],
      ["x-twice", "b"],
    ],
  });
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe("application/json");
  expect(await response.json()).toEqual({
    method: "POST",
    url: `${host.url}/api/ECHO/ann?x=1&x=2&empty=`,
    params: { name: "ann" },
    query: { x: "1,2", empty: "" },
    header: "a, b",
    body: "grüße",
  });
});

test("bytes are unchanged in both directions, chunked or not", async () => {
  const { host } = await startedHost(appFolder(FILES));
  const bytes = Uint8Array.from({ length: 256 }, (_, index) => index);
  const whole = await fetch(`${host.url}/api/bytes`, { method: "POST", body: bytes });
  expect(new Uint8Array(await whole.arrayBuffer())).toEqual(bytes.toReversed());
  const chunked = await fetch(`${host.url}/api/bytes`, {
    method: "POST",
    body: new Blob([bytes]).stream(),
    duplex: "half",
  });
  expect(new Uint8Array(await chunked.arrayBuffer())).toEqual(bytes.toReversed());
  expect(chunked.headers.get("content-type")).toBe("image/png");
});

test("statuses follow the Functions host", async () => {
  const { host, logs } = await startedHost(appFolder(FILES));
  const status = async (path: string, method = "GET"): Promise<string> => {
    const response = await fetch(host.url + path, { method });
    return `${response.status} ${JSON.stringify(await response.text())}`;
  };
  expect(await status("/api/throws")).toBe('500 ""');
  expect(await status("/api/text")).toBe('500 ""');
  expect(await status("/api/nothing")).toBe('204 ""');
  expect(await status("/api/none")).toBe('304 ""');
  expect(await status("/api/off")).toBe('404 ""');
  expect(await status("/api/echo/42")).toBe('404 ""');
  expect(await status("/api/echo", "DELETE")).toBe('404 ""');
  expect(await status("/api/echo", "HEAD")).toBe('200 ""');
  expect(await status("/api/echo", "OPTIONS")).toMatch(/^200 /);
  expect(await status("/api/bytes", "OPTIONS")).toBe('404 ""');
  expect(await status("/echo")).toBe('404 ""');
  expect(await status("/")).toMatch(/^200 .*The function app is up and running/);
  expect(await status("/admin/host/ping")).toBe('200 ""');
  expect(await status("/admin/host/ping", "POST")).toBe('200 ""');
  expect(await status("/admin/host/pong")).toBe('404 ""');
  expect(logs.find(({ functionName }) => functionName === "throws")).toMatchObject({
    level: "error",
    message: expect.stringMatching(/^Function 'throws' failed: Error: nope\n/) as string,
  });
});

test("cookies are written as ASP.NET writes them", async () => {
  const { host } = await startedHost(appFolder(FILES));
  const response = await fetch(`${host.url}/api/cookies`);
  expect(response.status).toBe(201);
  expect(response.headers.getSetCookie()).toEqual([
    "plain=a%20b; path=/",
    "full=1; expires=Wed, 02 Jan 2030 03:04:05 GMT; max-age=5; domain=x.org; path=/p; secure; samesite=strict; httponly",
    "loose=2; path=/; samesite=none",
  ]);
});

test("the home page can be off", async () => {
  const settings = { Values: { AzureWebJobsDisableHomepage: "true" } };
  const { host } = await startedHost(
    appFolder({ ...FILES, "local.settings.json": JSON.stringify(settings) }),
  );
  expect((await fetch(host.url)).status).toBe(204);
});

test("a body of more than 100 MiB is refused as the Functions host does, with 500", async () => {
  const { host } = await startedHost(appFolder(FILES));
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const upload = request(`${host.url}/api/bytes`, {
      method: "POST",
      headers: { "content-length": 100 * 1024 * 1024 + 1 },
    });
    upload.once("response", ({ statusCode }) => resolve(statusCode));
    upload.once("error", reject);
    upload.write("x");
  });
  expect(status).toBe(500);
});

test("a chunked body that grows beyond the limit is refused, too", async () => {
  const { host } = await startedHost(appFolder(FILES));
  const status = await new Promise<number | undefined>((resolve, reject) => {
    const upload = request(`${host.url}/api/bytes`, { method: "POST" });
    upload.once("response", ({ statusCode }) => resolve(statusCode));
    upload.once("error", reject);
    const part = Buffer.alloc(1024 * 1024);
    for (let count = 0; count <= 100; count++) upload.write(part);
  });
  expect(status).toBe(500);
});

test("a client that disconnects does no harm", async () => {
  const { host } = await startedHost(
    appFolder({
      "app.mjs": `import { app } from "@azure/functions";
app.http("slow", { handler: async (request) => { await request.text();
  await new Promise((resolve) => setTimeout(resolve, 100)); return { body: "x".repeat(1_000_000) }; } });`,
    }),
  );
  for (const headers of [{ "content-length": 3 }, { "content-length": 100 }]) {
    const gone = request(`${host.url}/api/slow`, { method: "POST", headers });
    gone.on("error", () => undefined);
    gone.write("abc");
    await new Promise((resolve) => setTimeout(resolve, 50));
    gone.destroy();
  }
  await new Promise((resolve) => setTimeout(resolve, 150));
  expect((await fetch(`${host.url}/api/slow`)).status).toBe(200);
});

test("the route prefix comes from host.json and may be empty", async () => {
  const { host } = await startedHost(
    appFolder({
      ...FILES,
      "host.json": JSON.stringify({ version: "2.0", extensions: { http: { routePrefix: "" } } }),
    }),
  );
  expect((await fetch(`${host.url}/echo`)).status).toBe(200);
  expect((await fetch(`${host.url}/api/echo`)).status).toBe(404);
});

test("functions are tried in order of their names, not by how specific their route is", async () => {
  const { host } = await startedHost(
    appFolder({
      "app.mjs": `import { app } from "@azure/functions";
app.http("b", { route: "things/one", handler: () => ({ body: "b" }) });
app.http("A", { route: "things/{*rest}", handler: () => ({ body: "a" }) });`,
    }),
  );
  expect(await (await fetch(`${host.url}/api/things/one`)).text()).toBe("a");
});

/** The host's messages about an app's functions at the start, and the names of the served ones. */
async function announced(code: string): Promise<{ said: unknown; served: string[] }> {
  const { host, logs } = await startedHost(
    appFolder({
      "app.mjs": `import { app } from "@azure/functions"; const handler = () => ({}); app.get("ok", { handler }); ${code};`,
    }),
  );
  const said = logs.map(({ level, functionName, message }) => ({ level, functionName, message }));
  return { said, served: host.routes.map(({ fn }) => fn.name) };
}

test.each([
  [`app.http("x", { route: "Admin/x", handler })`, "x", "conflicts with one or more built in routes."],
  [`app.http("x", { route: "runtimes", handler })`, "x", "conflicts with one or more built in routes."],
  [`app.http("x", { route: "/OK/", handler })`, "x", "conflicts with the route defined by function 'ok'."],
  [`app.http("a.b", { handler })`, "a.b", "'a.b' is not a valid function name"],
  [`app.http("1a", { handler })`, "1a", "'1a' is not a valid function name"],
  [`app.http("Host", { handler })`, "Host", "'Host' is not a valid function name"],
  [`app.http("a".repeat(129), { handler })`, "a".repeat(129), "is not a valid function name"],
  [
    `app.http("x", { extraInputs: [{ type: "timerTrigger", name: "t" }], handler })`,
    "x",
    "It has 2 triggers; it needs exactly one.",
  ],
])(
  "a function that Azure does not load is an error, and the others are served: %s",
  async (code, name, why) => {
    expect(await announced(code)).toEqual({
      said: [
        {
          level: "error",
          functionName: name,
          message: expect.stringMatching(`^The '${name}' function is in error: .*${why}`) as string,
        },
      ],
      served: ["ok"],
    });
  },
);

test("names may have up to 128 letters, digits, dashes and underscores", async () => {
  const { said, served } = await announced(
    `app.http("A-1_b", { handler }); app.http("b".repeat(128), { handler });`,
  );
  expect({ said, served }).toEqual({ said: [], served: ["A-1_b", "b".repeat(128), "ok"] });
});

test("a malformed route ends the start", async () => {
  await expect(announced(`app.http("x", { route: "r/{a:odd}", handler })`)).rejects.toThrow(
    `Function "x": Unknown route constraint "odd".`,
  );
});

test.each([
  ["r/{a}", "R/{b}", true],
  ["r/{a}", "r/one", true],
  ["r/{*a}", "r/{b:int}/one", true],
  ["r/{a?}", "r", true],
  ["r/{a}.{b}", "r/{c}.{d}", true],
  ["r/{a:int}", "r/{b:int}", true],
  ["r/{a:int}", "r/{b}", false],
  ["r/one", "r/{b}", false],
  ["r/{a}", "r/{b?}", false],
  ["r/{a?}", "r/{*b}", false],
  ["r/{a}", "r/one/two", false],
  ["r/{a}/two", "r/one", false],
])("a function at %s that hides one at %s is reported at the start: %s", async (first, second, hides) => {
  const { said, served } = await announced(
    `app.get("a", { route: "${first}", handler }); app.http("b", { route: "${second}", handler });`,
  );
  expect(served).toEqual(["a", "b", "ok"]);
  expect(said).toEqual(
    hides
      ? [
          {
            level: "warning",
            functionName: "b",
            message:
              `GET /api/${second} never reaches this function: the Functions host tries routes in the order of ` +
              `the function names, and /api/${first} of 'a' comes first and also matches.`,
          },
        ]
      : [],
  );
});

test("the same route with other methods is fine", async () => {
  const { host } = await startedHost(
    appFolder({
      "app.mjs": `import { app } from "@azure/functions";
app.get("read", { route: "thing", handler: () => ({ body: "read" }) });
app.put("write", { route: "thing", handler: () => ({ body: "write" }) });`,
    }),
  );
  expect(await (await fetch(`${host.url}/api/thing`, { method: "PUT" })).text()).toBe("write");
});

test("a busy port gives a one-line error", async () => {
  const app = appFolder(FILES);
  const { host } = await startedHost(app);
  const port = Number(new URL(host.url).port);
  const second = createLocalHost({ app, port });
  await expect(second).rejects.toThrow(
    `Port ${port} is in use. Choose another one with --port, or stop the process that uses it.`,
  );
});

test("two hosts serve one loaded app at the same time", async () => {
  const folder = appFolder(FILES);
  const [one, two] = await Promise.all([startedHost(folder), startedHost(folder)]);
  expect(two.host.app).toBe(one.host.app);
  for (const { host } of [one, two]) expect((await fetch(`${host.url}/api/echo`)).status).toBe(200);
});

test("stop lets requests in flight end and refuses new ones", async () => {
  const { host } = await startedHost(
    appFolder({
      "app.mjs": `import { app } from "@azure/functions";
app.http("slow", { handler: async () => { await new Promise((resolve) => setTimeout(resolve, 200)); return { body: "done" }; } });`,
    }),
  );
  const slow = fetch(`${host.url}/api/slow`);
  await new Promise((resolve) => setTimeout(resolve, 50));
  const stopping = host.stop();
  expect((await fetch(`${host.url}/api/slow`)).status).toBe(503);
  expect(await (await slow).text()).toBe("done");
  await stopping;
  await expect(fetch(`${host.url}/api/slow`)).rejects.toThrow("fetch failed");
});
