import { app, HttpRequest, type HttpResponseInit, InvocationContext } from "@azure/functions";
import { afterEach, expect, test, vi } from "vitest";
import { durableClientInput } from "../../src/durable/client/orchestration-client.ts";
import { type Endpoint, registerEndpoints } from "../../src/http/endpoint.ts";
import { Problem } from "../../src/http/problem.ts";

const http = vi.spyOn(app, "http").mockImplementation(() => undefined);
afterEach(() => void http.mockClear());

const URL_OF_HOST = "http://localhost:7071/api/things";
/** The extension's input for a function with the durable client. No call here uses it. */
const CLIENT = { taskHubName: "hub", creationUrls: {}, managementUrls: {}, baseUrl: "http://localhost:7071" };
const endpoint: Endpoint = {
  name: "listThings",
  method: "GET",
  route: "things",
  handle: async (_request, { url }) => ({ jsonBody: { self: url("/api/things") } }),
};

/** The registration of an endpoint with the runtime. */
function registered(change: Partial<Endpoint>, publicUrl?: string) {
  registerEndpoints({ publicUrl }, { ...endpoint, ...change });
  const [, options] = http.mock.lastCall ?? [];
  return options;
}

/** The response to a request, and the logged errors. */
async function answerTo(
  change: Partial<Endpoint>,
  request: { url?: string; headers?: Record<string, string>; publicUrl?: string } = {},
) {
  const options = registered(change, request.publicUrl);
  const logged: unknown[] = [];
  const context = new InvocationContext({
    options: { extraInputs: [durableClientInput] },
    invocationId: "invocation-1",
    logHandler: (level, ...args) => void (level === "error" && logged.push(...args)),
  });
  context.extraInputs.set(durableClientInput, CLIENT);
  const { url = URL_OF_HOST, headers = {} } = request;
  const call = new HttpRequest({ url, method: change.method ?? "GET", headers });
  const response = (await options?.handler(call, context)) as HttpResponseInit;
  return { response, logged, problem: () => JSON.parse(response.body as string) as { status: number } };
}

test("a GET also supports HEAD, and needs a function key unless the endpoint sets another level", () => {
  expect(registered({})).toMatchObject({ methods: ["GET", "HEAD"], route: "things", authLevel: "function" });
  const removal = registered({ method: "DELETE", authLevel: "admin" });
  expect(removal).toMatchObject({ methods: ["DELETE"], authLevel: "admin" });
});

test("URLs have the public origin, or else the origin that the caller used", async () => {
  expect((await answerTo({})).response.jsonBody).toEqual({ self: URL_OF_HOST });
  const { response } = await answerTo({}, { publicUrl: "https://prints.example/shop" });
  expect(response.jsonBody).toEqual({ self: "https://prints.example/shop/api/things" });
});

test("an error is logged and becomes a problem that contains only an id to report", async () => {
  const secret = new Error("password=1234");
  const { response, problem, logged } = await answerTo({ handle: () => Promise.reject(secret) });
  expect(problem()).toMatchObject({
    status: 500,
    detail: "Report this with the invocation id invocation-1",
  });
  expect(JSON.stringify(response)).not.toContain("1234");
  expect(logged).toEqual([secret]);
});

test("a service that cannot be reached is a 503 with Retry-After", async () => {
  const refused = Object.assign(new Error("no connection"), { code: "ECONNREFUSED" });
  const { response, problem, logged } = await answerTo({ handle: () => Promise.reject(refused) });
  expect(problem().status).toBe(503);
  expect(response.headers).toMatchObject({ "retry-after": "5" });
  expect(logged).toEqual([refused]);
});

test("a problem is the response, is not logged, and can be shown in another form", async () => {
  const handle = () => Promise.reject(new Problem("not-found", "There is no such thing"));
  const plain = await answerTo({ handle });
  expect(plain.problem()).toMatchObject({ status: 404, detail: "There is no such thing" });
  expect(plain.logged).toEqual([]);
  const page = await answerTo({ handle, showProblem: ({ kind }) => ({ status: 404, body: `<p>${kind}` }) });
  expect(page.response).toEqual({ status: 404, body: "<p>not-found" });
});

test("a query is refused unless the endpoint reads it", async () => {
  const url = `${URL_OF_HOST}?page=2`;
  expect((await answerTo({}, { url })).problem().status).toBe(400);
  expect((await answerTo({ query: "ignored" }, { url })).response.jsonBody).toBeDefined();
});

test("a change with a precondition is refused unless the endpoint checks it", async () => {
  const headers = { "if-match": '"one"' };
  expect((await answerTo({ method: "PUT" }, { headers })).problem().status).toBe(412);
  for (const change of [{ method: "PUT", isConditional: true }, { method: "GET" }] as const)
    expect((await answerTo(change, { headers })).response.jsonBody).toBeDefined();
});
