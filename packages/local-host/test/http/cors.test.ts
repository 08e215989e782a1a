import { expect, test } from "vitest";
import { createLocalHost } from "../../src/host.ts";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

const SHOP = "https://shop.example";

function corsApp(host: object): string {
  return appFolder({
    "local.settings.json": JSON.stringify({ Host: host }),
    "app.mjs": `import { app } from "@azure/functions";
app.http("hello", { methods: ["GET", "PUT", "OPTIONS"], handler: () =>
  ({ body: "hi", headers: { "access-control-allow-origin": "https://the.app" } }) });`,
  });
}

async function fieldsOf(url: string, origin: string | undefined, init: RequestInit = {}) {
  const headers = { ...(origin === undefined ? {} : { origin }), ...(init.headers as object) };
  const response = await fetch(url, { ...init, headers });
  const fields = Object.fromEntries(
    [...response.headers].filter(([name]) => name.startsWith("access-control-") || name === "vary"),
  );
  return { status: response.status, ...fields };
}

function preflight(method: string, fields?: string): RequestInit {
  return {
    method: "OPTIONS",
    headers: {
      "access-control-request-method": method,
      ...(fields === undefined ? {} : { "access-control-request-headers": fields }),
    },
  };
}

test("origins of Host.CORS are allowed, others are not; a preflight never reaches the app", async () => {
  const { host } = await startedHost(
    corsApp({ CORS: `${SHOP},http://localhost:3000`, CORSCredentials: true }),
  );
  const url = `${host.url}/runtime/webhooks/durabletask/instances`;
  const allowed = {
    "access-control-allow-origin": SHOP,
    "access-control-allow-credentials": "true",
    vary: "Origin",
  };
  expect(await fieldsOf(url, SHOP)).toEqual({ status: 200, ...allowed });
  expect(await fieldsOf(url, "https://other.example")).toEqual({ status: 403 });
  expect(await fieldsOf(`${host.url}/api/hello`, "https://other.example")).toEqual({
    status: 200,
    "access-control-allow-origin": "https://the.app",
  });
  expect(await fieldsOf(url, undefined)).toEqual({ status: 200 });
  expect(await fieldsOf(`${host.url}/api/hello`, SHOP, preflight("PUT", "x-one, x-two"))).toEqual({
    status: 204,
    ...allowed,
    "access-control-allow-methods": "PUT",
    "access-control-allow-headers": "x-one, x-two",
  });
  const refused = preflight("PUT");
  expect(await fieldsOf(`${host.url}/api/hello`, "https://other.example", refused)).toEqual({ status: 204 });
  expect(await fieldsOf(`${host.url}/api/nothing`, SHOP)).toEqual({ status: 404, ...allowed });
});

test("an asterisk allows all origins", async () => {
  const { host } = await startedHost(corsApp({ CORS: "*" }));
  expect(await fieldsOf(`${host.url}/api/nothing`, SHOP)).toEqual({
    status: 404,
    "access-control-allow-origin": "*",
  });
});

test("without Host.CORS the app handles preflight requests itself", async () => {
  const { host } = await startedHost(corsApp({}));
  expect(await fieldsOf(`${host.url}/api/hello`, SHOP, preflight("PUT"))).toEqual({
    status: 200,
    "access-control-allow-origin": "https://the.app",
  });
});

test("an asterisk with credentials is refused, as by Core Tools", async () => {
  const app = corsApp({ CORS: "*", CORSCredentials: true });
  await expect(createLocalHost({ app, port: 0 })).rejects.toThrow(
    /CORSCredentials does not allow: name the origins/,
  );
});

test("origins that no browser sends are reported at the start", async () => {
  const { logs } = await startedHost(corsApp({ CORS: `${SHOP}/, http://a.example,*,HTTP://B.example` }));
  expect(logs.map(({ level, message }) => [level, message.replace(/^.*json: /, "")])).toEqual([
    ["warning", `"${SHOP}/" is not an origin that a browser sends. Write "${SHOP}".`],
    ["warning", `" http://a.example" is not an origin that a browser sends. Write "http://a.example".`],
    ["warning", `"*" is not an origin that a browser sends. Write "https://example.com", or "*" alone.`],
  ]);
});
