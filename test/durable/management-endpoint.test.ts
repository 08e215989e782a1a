import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { ManagementEndpoint, TaskHubUnavailable } from "../../src/durable/task-hub/management-endpoint.ts";
import { TaskHub, UnknownContinuation } from "../../src/durable/task-hub/task-hub.ts";
import { isUnavailable } from "../../src/storage/unavailable.ts";

const KEY = "the-system-key";

let server: Server;
let requests: IncomingMessage[];
let answer: { status: number; body?: string; headers?: Record<string, string>; toCommands?: number };
let base: string;

beforeEach(async () => {
  requests = [];
  answer = { status: 200, body: "[]" };
  server = createServer((request, response) => {
    requests.push(request);
    const status = request.method === "POST" ? (answer.toCommands ?? answer.status) : answer.status;
    response.writeHead(status, answer.headers).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

const hubOf = (binding: object) => new TaskHub(new ManagementEndpoint(binding));
const keyed = () => hubOf({ baseUrl: `${base}/runtime`, requiredQueryStringParameters: `code=${KEY}` });
const local = () => hubOf({ rpcBaseUrl: `${base}/durabletask/`, baseUrl: "http://nowhere.example" });

const anInstance = (change: object = {}) => ({
  name: "orderFulfilment",
  instanceId: "order-1",
  runtimeStatus: "Completed",
  input: null,
  customStatus: null,
  output: { kind: "confirmed" },
  createdTime: "2027-03-01T08:00:00Z",
  lastUpdatedTime: "2027-03-01T08:00:05Z",
  ...change,
});

test("a part whose creation the task hub has lost has no name, and is as old as its last change", async () => {
  const id = "renditions-1:lane-0";
  const lost = { instanceId: id, name: null, createdTime: "0001-01-01T00:00:00Z" };
  const expected = { id, name: "", createdAt: new Date("2027-03-01T08:00:05Z") };
  answer.body = JSON.stringify([anInstance(lost)]);
  expect(await local().instances({ statuses: ["Completed"] })).toMatchObject({ items: [expected] });
  answer.body = JSON.stringify(anInstance(lost));
  expect(await local().instance(id)).toMatchObject(expected);
});

describe("the address", () => {
  test("is the local one if it exists, and then contains no key", async () => {
    await local().instances({ statuses: ["Running"] });
    expect(requests[0]?.url).toMatch(/^\/durabletask\/instances\?runtimeStatus=Running&/);
    expect(requests[0]?.url).not.toContain("code=");
  });

  test("is otherwise the public one with its key", async () => {
    await keyed().instances({ statuses: ["Running"] });
    expect(requests[0]?.url).toMatch(new RegExp(`^/runtime/instances\\?code=${KEY}&`));
  });

  test("is missing: the error says so", () => {
    expect(() => hubOf({})).toThrow("does not contain the address of the task hub");
  });

  test("is not in any error", async () => {
    const nowhere = hubOf({
      baseUrl: "http://127.0.0.1:9/secret",
      requiredQueryStringParameters: `code=${KEY}`,
    });
    const error: unknown = await nowhere.instance("order-1").catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(TaskHubUnavailable);
    expect(isUnavailable(error)).toBe(true);
    const { message, stack, cause } = error as Error;
    expect(JSON.stringify([message, stack, cause])).not.toMatch(/secret|the-system-key|127\.0\.0\.1/);
  });
});

test("a task hub that does not answer in 20 seconds is unavailable", async () => {
  const timeout = vi.spyOn(AbortSignal, "timeout").mockReturnValue(AbortSignal.abort());
  await expect(keyed().instance("order-1")).rejects.toThrow(TaskHubUnavailable);
  expect(timeout).toHaveBeenCalledWith(20_000);
  timeout.mockRestore();
});

describe("instances", () => {
  test("without a status are an empty list, although the extension would return all", async () => {
    expect(await local().instances({ statuses: [] })).toEqual({ items: [], continuation: undefined });
    expect(requests).toEqual([]);
  });

  test("are listed without entities, and with the token for the next page", async () => {
    const body = JSON.stringify([anInstance(), anInstance({ instanceId: "@productsales@mug-300" })]);
    answer = { status: 200, body, headers: { "x-ms-continuation-token": "abc=" } };
    const page = await local().instances({ statuses: ["Completed"], continuation: "before" });
    expect(page.items.map(({ id }) => id)).toEqual(["order-1"]);
    expect(page.continuation).toBe("abc=");
    expect(requests[0]?.headers["x-ms-continuation-token"]).toBe("before");
  });

  test("that were terminated without a reason lead to invalid JSON, which is still read", async () => {
    const body = JSON.stringify([anInstance({ output: "OUTPUT" })]).replace('"OUTPUT"', "undefined");
    answer = { status: 200, body };
    expect((await local().instances({ statuses: ["Terminated"] })).items[0]?.output).toBeNull();
  });

  test("a text that only looks like that stays unchanged", async () => {
    const output = 'said "output":undefined';
    answer = { status: 200, body: JSON.stringify([anInstance({ output })]) };
    expect((await local().instances({ statuses: ["Completed"] })).items[0]?.output).toBe(output);
  });

  test.each([400, 500])("the status %i for a continuation means that it is unknown", async (status) => {
    answer = { status, body: '{"Message":"Something went wrong"}' };
    const query = { statuses: ["Completed"], continuation: "forged" } as const;
    await expect(local().instances(query)).rejects.toBeInstanceOf(UnknownContinuation);
    await expect(local().instances({ statuses: ["Completed"] })).rejects.toBeInstanceOf(TaskHubUnavailable);
  });
});

describe("one instance", () => {
  test.each(["../entities", "a/b", "a?b", "a#b", "@x@y", "", "a b", "%2e", "x".repeat(256)])(
    "does not exist for the invalid id %j, and no request is sent",
    async (id) => {
      expect(await local().instance(id)).toBeUndefined();
      expect(await local().history(id)).toEqual([]);
      expect(await local().command(id, "terminate", "x")).toBe("missing");
      expect(await local().purge(id)).toBe("missing");
      expect(requests).toEqual([]);
    },
  );

  test("has no history if the extension cannot show it", async () => {
    answer = {
      status: 400,
      body: '{"ExceptionMessage":"An item with the same key has already been added."}',
    };
    expect(await local().history("order-1")).toEqual([]);
  });

  test.each([
    [202, "accepted"],
    [404, "missing"],
    [410, "refused"],
    [412, "refused"],
    [501, "refused"],
  ])("the status %i for a command means %s", async (status, outcome) => {
    answer = { status };
    expect(await local().command("order-1", "rewind", "a & b #1 + 2")).toBe(outcome);
    const url = new URL(requests[0]?.url ?? "", base);
    expect(url.pathname).toBe("/durabletask/instances/order-1/rewind");
    expect(url.searchParams.get("reason")).toBe("a & b #1 + 2");
  });

  test.each([
    ["suspend", 500, "Suspended", "refused"],
    ["suspend", 500, "Running", "unavailable"],
    ["resume", 500, "Running", "refused"],
    ["resume", 500, "Suspended", "unavailable"],
    ["suspend", 503, "Suspended", "unavailable"],
    ["terminate", 500, "Suspended", "unavailable"],
    ["rewind", 500, "Running", "unavailable"],
  ] as const)(
    "a %s that is answered with %i while the instance is %s is %s",
    async (name, toCommands, runtimeStatus, end) => {
      answer = { status: 200, body: JSON.stringify(anInstance({ runtimeStatus })), toCommands };
      const outcome = local()
        .command("order-1", name, "x")
        .catch((error: unknown) => (error instanceof TaskHubUnavailable ? "unavailable" : error));
      expect(await outcome).toBe(end);
    },
  );

  test.each([
    [200, "purged"],
    [404, "missing"],
    [412, "refused"],
  ])("the status %i for a purge means %s", async (status, outcome) => {
    answer = { status, body: "{}" };
    expect(await local().purge("order-1")).toBe(outcome);
    expect(requests[0]?.method).toBe("DELETE");
  });
});

describe("a start", () => {
  test("sends its input as JSON", async () => {
    answer = { status: 202, body: "{}" };
    const sent: string[] = [];
    server.prependListener("request", (request: IncomingMessage) =>
      request.on("data", (part: Buffer) => sent.push(part.toString())),
    );
    expect(await local().start("orderFulfilment", "order-1", { a: 1 })).toBe("started");
    expect(requests[0]?.headers["content-type"]).toBe("application/json");
    expect(sent.join("")).toBe('{"a":1}');
  });
});
