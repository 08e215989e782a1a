import http from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, expect, test } from "vitest";
import { Stage } from "./support/test-engine.ts";
import { runHttpActivity } from "../../src/engine/activities/http-activity.ts";
import { exchange } from "../../src/engine/activities/http-exchange.ts";
import { episodes } from "./support/episodes.ts";

const servers: http.Server[] = [];
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function listen(handler: http.RequestListener): Promise<string> {
  const server = http.createServer(handler);
  servers.push(server);
  await new Promise((resolve) => server.listen(0, "127.0.0.1", () => resolve(undefined)));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("the response of a request is a result, with header fields as they were received", async () => {
  const origin = await listen((_request, response) => {
    response.writeHead(404, { "x-Custom": "1", "set-cookie": ["a=1", "b=2"], "content-type": "text/plain" });
    response.end("nothing here");
  });
  const stage = await Stage.open();
  await stage.start("callUrl", `${origin}/x`);
  expect(await stage.engine.waitForCompletion("i1")).toMatchObject({
    output: '{"status":404,"content":"nothing here","b":"after"}',
  });
  // There is no warning, because no token was requested.
  expect(stage.log).toEqual([]);
  const result = (await stage.history()).find((event) => event.EventType === 5);
  expect(JSON.parse(result?.EventType === 5 ? (result.Result ?? "") : "")).toMatchObject({
    statusCode: 404,
    headers: { "x-Custom": "1", "Set-Cookie": ["a=1", "b=2"], Connection: "keep-alive" },
    content: "nothing here",
  });
});

test("after a 202, the Location is polled until the status changes", async () => {
  let requests = 0;
  const origin = await listen((request, response) => {
    requests++;
    if (requests <= 2) {
      response.writeHead(202, { location: `http://${request.headers.host}/status`, "retry-after": "1" });
    }
    response.end(request.url);
  });
  const stage = await Stage.open();
  await stage.start("callUrl", `${origin}/x`);
  for (let poll = 1; poll <= 2; poll++) {
    await stage.engine.idle();
    await stage.clock.advance(1000);
  }
  expect(await stage.engine.waitForCompletion("i1")).toMatchObject({
    output: '{"status":200,"content":"/status","b":"after"}',
  });
  expect(episodes(await stage.history())).toEqual([
    "ExecutionStarted callUrl, TaskScheduled #0 BuiltIn::HttpActivity",
    "TaskCompleted #0, TimerCreated #1 2025-01-01T00:00:01.0000000Z",
    "TimerFired #1 2025-01-01T00:00:01.0000000Z, TaskScheduled #2 BuiltIn::HttpActivity",
    "TaskCompleted #2, TimerCreated #3 2025-01-01T00:00:02.0000000Z",
    "TimerFired #3 2025-01-01T00:00:02.0000000Z, TaskScheduled #4 BuiltIn::HttpActivity",
    "TaskCompleted #4, TaskScheduled #5 identity",
    "TaskCompleted #5, ExecutionCompleted #6",
  ]);
});

/** The header fields that a server may or may not receive. */
function secrets({ headers }: http.IncomingMessage): object {
  const { authorization, cookie, "x-functions-key": key, "x-kept": kept } = headers;
  return { authorization, cookie, key, kept };
}

/** The output of a request with secrets and a token that is polled once. */
async function polled(url: string): Promise<unknown> {
  const stage = await Stage.open([], { tokenFor: (resource) => Promise.resolve(`for ${resource}`) });
  await stage.start("callWithSecrets", { method: "GET", url });
  await stage.engine.idle();
  await stage.clock.advance(1000);
  const { output } = await stage.engine.waitForCompletion("i1");
  return JSON.parse(JSON.parse(output ?? "") as string);
}

test("a poll at the same origin is signed like the request, and its Location may be relative", async () => {
  const origin = await listen((request, response) => {
    if (request.url === "/jobs/1") response.writeHead(202, { location: "1/state?x=1", "retry-after": "1" });
    response.end(JSON.stringify({ url: request.url, ...secrets(request) }));
  });
  expect(await polled(`${origin}/jobs/1`)).toEqual({
    url: "/jobs/1/state?x=1",
    authorization: "Bearer for https://example.org/",
    cookie: "a=secret",
    kept: "1",
  });
});

test("a poll at another origin carries no credentials", async () => {
  const other = await listen((request, response) => response.end(JSON.stringify(secrets(request))));
  const origin = await listen((_request, response) =>
    response.writeHead(202, { location: `${other}/state`, "retry-after": "1" }).end(),
  );
  expect(await polled(origin)).toEqual({ kept: "1" });
});

test("a redirect has no Authorization, and as a GET no length of the removed body", async () => {
  const origin = await listen((request, response) => {
    if (request.url === "/") response.writeHead(302, { location: "/next" });
    response.end(JSON.stringify({ ...secrets(request), length: request.headers["content-length"] }));
  });
  const stage = await Stage.open();
  await stage.start("callWithSecrets", { method: "POST", url: `${origin}/` });
  const { output } = await stage.engine.waitForCompletion("i1");
  expect(JSON.parse(JSON.parse(output ?? "") as string)).toEqual({
    cookie: "a=secret",
    key: "secret",
    kept: "1",
  });
});

test("after fifty redirects the last one is the answer", async () => {
  let requests = 0;
  const origin = await listen((_request, response) => {
    requests += 1;
    response.writeHead(302, { location: "/again" }).end(JSON.stringify({ requests }));
  });
  const stage = await Stage.open();
  await stage.start("callWithSecrets", { method: "GET", url: `${origin}/` });
  const { output } = await stage.engine.waitForCompletion("i1");
  expect(JSON.parse(JSON.parse(output ?? "") as string)).toEqual({ requests: 51 });
});

test("a 202 without Retry-After is polled after the app's own sleep time", async () => {
  let requests = 0;
  const origin = await listen((request, response) => {
    if (++requests === 1) response.writeHead(202, { location: `http://${request.headers.host}/status` });
    response.end("done");
  });
  const stage = await Stage.open([], { settings: { defaultAsyncRequestSleepTimeMilliseconds: 700 } });
  await stage.start("callUrl", origin);
  await stage.engine.idle();
  expect(stage.engine.nextDue).toBe(stage.clock.now() + 700);
  await stage.clock.advance(700);
  expect(await stage.engine.waitForCompletion("i1")).toMatchObject({ runtimeStatus: "Completed" });
  expect(stage.activities.payloads[0]).toMatchObject({ defaultHttpAsyncRequestSleepTimeMillseconds: 700 });
});

test("a token source without effect is reported once", async () => {
  const seen: unknown[] = [];
  const origin = await listen((request, response) => {
    seen.push(request.headers.authorization);
    response.end();
  });
  const stage = await Stage.open();
  await stage.start("callUrlWithToken", origin);
  expect(await stage.engine.waitForCompletion("i1")).toMatchObject({ output: "[200,200]" });
  expect(seen).toEqual([undefined, undefined]);
  expect(stage.log).toEqual([expect.stringContaining("there is no managed identity here")]);
});

test("a missing response is a failure", async () => {
  const stage = await Stage.open();
  await stage.start("callUrl", "http://127.0.0.1:9/x");
  expect((await stage.engine.waitForCompletion("i1")).output).toContain("Connection refused (127.0.0.1:9)");
});

test.each([
  [302, "POST", "GET"],
  [302, "PUT", "PUT"],
  [303, "PUT", "GET"],
  [303, "HEAD", "HEAD"],
  [307, "POST", "POST"],
  [308, "POST", "POST"],
])("after a redirect with %d, %s continues as %s", async (status, method, expected) => {
  const methods: (string | undefined)[] = [];
  const origin = await listen((request, response) => {
    methods.push(request.method);
    if (methods.length === 1) response.writeHead(status, { location: "/other" });
    response.end();
  });
  const { status: answered } = await exchange({ method, url: new URL(origin), headers: {}, body: undefined });
  expect([answered, ...methods]).toEqual([200, method, expected]);
});

test.each([
  [undefined, {}, { length: "0" }],
  ["é", {}, { type: "text/plain", length: "2" }],
  ["{}", { "content-TYPE": "application/json" }, { type: "application/json", length: "2" }],
])("the content %j with headers %j is sent as %j", async (content, headers, expected) => {
  const origin = await listen((request, response) => {
    const { "content-type": type, "content-length": length } = request.headers;
    response.end(JSON.stringify({ type, length }));
  });
  const request = { method: "POST", uri: origin, headers, ...(content !== undefined && { content }) };
  const answer = await runHttpActivity(request, undefined);
  const received = answer.ok ? (JSON.parse(answer.result.content ?? "") as object) : answer;
  expect(received).toEqual(expected);
});
