import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

const APP = `import { app } from "@azure/functions"; import * as df from "durable-functions";
df.app.activity("Echo", { handler: (input) => input });
df.app.orchestration("Flow", function* (context) {
  context.df.setCustomStatus({ step: 1 });
  return yield context.df.callActivity("Echo", context.df.getInput()); });
df.app.orchestration("Wait", function* (context) { return yield context.df.waitForExternalEvent("Go"); });
df.app.orchestration("Fails", function* () { throw new Error("broken"); });
df.app.entity("Counter", (context) => {
  if (context.df.operationName === "add") context.df.setState(context.df.getState(() => 0) + context.df.getInput());
  if (context.df.operationName === "delete") context.df.destructOnExit(); });
df.app.client.http("start", { route: "start/{name}", methods: ["POST"], handler: async (request, client) =>
  client.createCheckStatusResponse(request, await client.startNew(request.params.name, { input: await request.json() })) });
df.app.client.http("status", { route: "status/{id}", handler: async (request, client) =>
  ({ jsonBody: await client.getStatus(request.params.id) }) });`;

const FILES = {
  "app.mjs": APP,
  "host.json": JSON.stringify({ version: "2.0", extensions: { durableTask: { hubName: "TestHub" } } }),
};

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly body: unknown;
}

async function api(): Promise<{
  readonly url: string;
  readonly get: (path: string) => Promise<Answer>;
  readonly post: (path: string, body?: unknown) => Promise<Answer>;
  readonly remove: (path: string) => Promise<Answer>;
  readonly until: (id: string, runtimeStatus: string) => Promise<void>;
}> {
  const { host } = await startedHost(appFolder(FILES));
  const url = `${host.url}/runtime/webhooks/durabletask`;
  const call = async (method: string, path: string, body?: unknown): Promise<Answer> => {
    const response = await fetch(url + path, {
      method,
      ...(body === undefined
        ? {}
        : { body: JSON.stringify(body), headers: { "content-type": "application/json" } }),
    });
    const text = await response.text();
    return {
      status: response.status,
      headers: response.headers,
      body: text === "" ? undefined : (JSON.parse(text) as unknown),
    };
  };
  return {
    url,
    get: (path) => call("GET", path),
    post: (path, body) => call("POST", path, body),
    remove: (path) => call("DELETE", path),
    until: async (id, runtimeStatus) => {
      await host.engine.waitFor(id, (instance) => instance.runtimeStatus === runtimeStatus);
    },
  };
}

test("a start returns the management URLs, which lead to the status", async () => {
  const { url, get, post, until } = await api();
  const started = await post("/orchestrators/Flow/order%201", { sku: "mug" });
  expect(started.status).toBe(202);
  expect(started.headers.get("retry-after")).toBe("10");
  const { id, statusQueryGetUri } = started.body as Record<string, string>;
  expect(id).toBe("order 1");
  expect(statusQueryGetUri).toMatch(
    /\/instances\/order\+1\?taskHub=TestHub&connection=Storage&code=[\w-]{32}$/,
  );
  expect(started.headers.get("location")).toBe(statusQueryGetUri);
  await until("order 1", "Completed");
  const status = await get(String(statusQueryGetUri).slice(url.length));
  expect(status.status).toBe(200);
  expect(status.body).toEqual({
    name: "Flow",
    instanceId: "order 1",
    runtimeStatus: "Completed",
    input: { sku: "mug" },
    customStatus: { step: 1 },
    output: { sku: "mug" },
    createdTime: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
    lastUpdatedTime: expect.stringMatching(/Z$/) as string,
  });
  const history = (await get("/instances/order+1?showHistory=true&showHistoryOutput=true")).body;
  expect((history as { historyEvents: unknown[] }).historyEvents).toEqual([
    expect.objectContaining({ EventType: "ExecutionStarted", FunctionName: "Flow" }),
    expect.objectContaining({ EventType: "TaskCompleted", FunctionName: "Echo", Result: { sku: "mug" } }),
    expect.objectContaining({ EventType: "ExecutionCompleted", OrchestrationStatus: "Completed" }),
  ]);
});

test("an instance accepts all commands during its life", async () => {
  const { url, get, post, remove, until } = await api();
  await post("/orchestrators/Wait/w", null);
  await until("w", "Running");
  const running = await get("/instances/w?showInput=false");
  expect([running.status, running.headers.get("location"), running.headers.get("retry-after")]).toEqual([
    202,
    `${url}/instances/w?showInput=false`,
    "5",
  ]);
  expect((await post("/orchestrators/Wait/w", 1)).body).toEqual({
    Message: "An Orchestration instance with the status Running already exists.",
  });
  expect((await remove("/instances/w")).status).toBe(412);
  expect((await post("/instances/w/rewind")).status).toBe(412);
  expect((await post("/instances/w/suspend?reason=lunch")).status).toBe(202);
  await until("w", "Suspended");
  expect((await post("/instances/w/suspend")).status).toBe(500);
  expect((await post("/instances/w/resume?reason=back")).status).toBe(202);
  await until("w", "Running");
  expect((await post("/instances/w/raiseEvent/Go")).status).toBe(400);
  expect((await post("/instances/w/raiseEvent/Go", { ok: true })).status).toBe(202);
  await until("w", "Completed");
  for (const command of ["terminate", "suspend", "resume"]) {
    expect((await post(`/instances/w/${command}`)).status).toBe(410);
  }
  expect((await post("/instances/w/raiseEvent/Go", 1)).status).toBe(410);
  expect(await remove("/instances/w")).toMatchObject({ status: 200, body: { instancesDeleted: 1 } });
  expect((await get("/instances/w")).status).toBe(404);
  expect((await post("/instances/w/terminate")).status).toBe(404);
});

test("a start can wait for the end", async () => {
  const { post } = await api();
  const wait = "timeout=5&pollingInterval=0.05";
  expect(await post(`/orchestrators/Flow?${wait}`, [1, 2])).toMatchObject({ status: 200, body: [1, 2] });
  expect(await post(`/orchestrators/Fails?${wait}`, null)).toMatchObject({
    status: 200,
    body: { runtimeStatus: "Failed", output: "Orchestrator function 'Fails' failed: broken" },
  });
  expect(await post("/orchestrators/Wait?timeout=0.2&pollingInterval=0.1", null)).toMatchObject({
    status: 202,
  });
  expect(await post("/orchestrators/Wait?timeout=1&pollingInterval=2", null)).toMatchObject({
    status: 400,
    body: { Message: "Total timeout 1 should be bigger than retry timeout 2" },
  });
});

test("instances are listed by page and deleted by filter", async () => {
  const { url, get, post, remove, until } = await api();
  for (const id of ["p-1", "p-2", "p-3"]) await post(`/orchestrators/Flow/${id}`, id);
  await post("/orchestrators/Fails/other", null);
  for (const id of ["p-1", "p-2", "p-3"]) await until(id, "Completed");
  await until("other", "Failed");
  const first = await get("/instances?instanceIdPrefix=p-&top=2");
  expect(first.body).toHaveLength(2);
  const token = first.headers.get("x-ms-continuation-token") ?? "";
  const second = await fetch(`${url}/instances?instanceIdPrefix=p-&top=2`, {
    headers: { "x-ms-continuation-token": token },
  });
  expect(await second.json()).toHaveLength(1);
  expect(second.headers.get("x-ms-continuation-token")).toBeNull();
  expect((await get("/instances?runtimeStatus=Failed")).body).toHaveLength(1);
  expect((await remove("/instances")).body).toBe("Please provide value for 'createdTimeFrom' parameter.");
  const since = "createdTimeFrom=2020-01-01";
  expect((await remove(`/instances?${since}&runtimeStatus=Failed`)).body).toEqual({ instancesDeleted: 1 });
  expect((await remove(`/instances?${since}&runtimeStatus=Failed`)).status).toBe(404);
  expect((await remove(`/instances?${since}`)).body).toEqual({ instancesDeleted: 3 });
});

test("an id of more than 256 characters for a restart is refused", async () => {
  const { post, until } = await api();
  await post("/orchestrators/Flow/original", 1);
  await until("original", "Completed");
  const restart = (id: string) => post(`/instances/original/restartWithOptions?newInstanceId=${id}`);
  expect((await restart("a".repeat(257))).status).toBe(400);
  expect((await restart("a".repeat(256))).status).toBeLessThan(300);
});

test.each(["instances", "entities/counter"])("pages of %s continue after any id", async (list) => {
  const { url, get, post } = await api();
  const ids = ["шш", "a b", "🎉"];
  const headers = { "content-type": "application/json" };
  for (const id of ids) {
    await post(`/orchestrators/Flow/${encodeURIComponent(id)}`, 1);
    await fetch(`${url}/entities/counter/${encodeURIComponent(id)}?op=add`, {
      method: "POST",
      headers,
      body: "1",
    });
  }
  await expect.poll(async () => (await get("/entities")).body).toHaveLength(3);
  const seen: unknown[] = [];
  let token: string | null = "";
  while (token !== null) {
    const page: Response = await fetch(`${url}/${list}?top=1`, {
      headers: { "x-ms-continuation-token": token },
    });
    expect(page.status).toBe(200);
    seen.push(...((await page.json()) as unknown[]));
    token = page.headers.get("x-ms-continuation-token");
  }
  const keys = list === "instances" ? ids.flatMap((id) => [id, `@counter@${id}`]) : ids;
  expect(seen).toHaveLength(keys.length);
  const text = JSON.stringify(seen);
  for (const key of keys) expect(text).toContain(JSON.stringify(key));
});

test.each(["p-1", "====", "@counter@k"])("an invalid continuation token: %s", async (token) => {
  const { url } = await api();
  const answer = await fetch(`${url}/instances`, { headers: { "x-ms-continuation-token": token } });
  expect(answer.status).toBe(400);
  expect(await answer.json()).toMatchObject({
    Message: "One or more of the arguments submitted is incorrect",
    ExceptionType: "System.ArgumentException",
  });
});

test("a finished instance can be restarted, in place or under another id", async () => {
  const { get, post, until } = await api();
  await post("/orchestrators/Flow/r", "again");
  await until("r", "Completed");
  const fresh = (await post("/instances/r/restart")).body as { id: string };
  expect(fresh.id).toMatch(/^[0-9a-f]{32}$/);
  await until(fresh.id, "Completed");
  expect((await get(`/instances/${fresh.id}`)).body).toMatchObject({ name: "Flow", output: "again" });
  expect((await post("/instances/r/restart?restartWithNewInstanceId=false")).body).toMatchObject({ id: "r" });
  await until("r", "Completed");
  expect((await post("/instances/r/restartWithOptions?newInstanceId=chosen")).body).toMatchObject({
    id: "chosen",
  });
  await post("/instances/r/restartWithOptions?newInstanceId=versioned&version=2.0");
  expect((await get("/instances/versioned")).body).toMatchObject({ name: "Flow", version: "2.0" });
  expect((await post("/instances/r/restartWithOptions?newInstanceId=%40no")).status).toBe(400);
  expect((await post("/instances/unknown/restart")).body).toMatchObject({
    Message: "InstanceId does not match a valid orchestration instance.",
  });
});

test("entities are signalled, read, listed and deleted", async () => {
  const { get, post, remove } = await api();
  expect((await get("/entities/Counter/k")).status).toBe(404);
  expect((await post("/entities/Counter/k?op=add", 5)).status).toBe(202);
  expect((await post("/entities/COUNTER/k?op=add", 1)).status).toBe(202);
  await expect.poll(async () => (await get("/entities/counter/k")).body).toBe(6);
  expect((await get("/entities?fetchState=true")).body).toEqual([
    {
      entityId: { name: "counter", key: "k" },
      lastOperationTime: expect.stringMatching(/Z$/) as string,
      state: 6,
    },
  ]);
  expect((await post("/entities/Nobody/k?op=add", 1)).body).toEqual({
    Message:
      "The function 'nobody' doesn't exist, is disabled, or is not an entity function. " +
      "Additional info: The following are the known entity functions: 'Counter'.",
  });
  expect((await remove("/entities/Counter/k")).status).toBe(202);
  await expect.poll(async () => (await get("/entities/counter/k")).status).toBe(404);
});

test("the SDK's client works through its own base path", async () => {
  const { url, until } = await api();
  const { origin } = new URL(url);
  const started = await fetch(`${origin}/api/start/Flow`, { method: "POST", body: "7" });
  const { id, rewindPostUri } = (await started.json()) as Record<string, string>;
  expect([started.status, started.headers.get("location")?.startsWith(`${url}/instances/`)]).toEqual([
    202,
    true,
  ]);
  expect(rewindPostUri).toContain(`/instances/${id}/rewind?reason={text}&taskHub=TestHub`);
  await until(String(id), "Completed");
  const status = await fetch(`${origin}/api/status/${id}`);
  expect(await status.json()).toMatchObject({ runtimeStatus: "Completed", output: 7 });
  expect((await fetch(`${origin}/durabletask/instances/${id}`)).status).toBe(200);
});

test.each([
  ["GET", "/"],
  ["GET", "/nothing"],
  ["GET", "/orchestrators/Flow"],
  ["POST", "/orchestrators/Flow/a/b"],
  ["POST", "/instances"],
  ["PUT", "/instances/x/terminate"],
  ["POST", "/instances/x/dance"],
  ["POST", "/instances/x/terminate/now"],
  ["POST", "/entities/Counter"],
  ["GET", "/makeprimary"],
])("%s %s does not exist", async (method, path) => {
  const { url } = await api();
  const response = await fetch(url + path, { method });
  expect([response.status, await response.text()]).toEqual([404, ""]);
});
