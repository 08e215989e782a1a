import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { InvocationContext } from "@azure/functions";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import {
  durableClientInput,
  orchestrationClient,
  type OrchestrationClient,
} from "../../src/durable/client/orchestration-client.ts";
import {
  defineEntity,
  defineEvent,
  defineOrchestration,
  type,
} from "../../src/durable/orchestration/contract.ts";
import { TaskHubUnavailable } from "../../src/durable/task-hub/management-endpoint.ts";
import { isUnavailable } from "../../src/storage/unavailable.ts";

const KEY = "the-system-key";
const shape = type<object>();
const work = defineOrchestration("work", { input: shape, output: shape, status: shape });
const told = defineEvent("told", { payload: shape });
const counter = defineEntity("counter", { state: z.object({ count: z.int() }), operations: {} });

const CALLS = {
  start: (client: OrchestrationClient) => client.start(work, "work-1", {}),
  find: (client: OrchestrationClient) => client.find(work, "work-1"),
  raise: (client: OrchestrationClient) => client.raise("work-1", told, {}),
  terminate: (client: OrchestrationClient) => client.terminate("work-1", "enough"),
  purge: (client: OrchestrationClient) => client.purge("work-1"),
  readEntity: (client: OrchestrationClient) => client.readEntity(counter, "one"),
};
type Name = keyof typeof CALLS;
const NAMES = Object.keys(CALLS) as Name[];

let server: Server;
let requests: IncomingMessage[];
let answer: { status: number; body?: string };
let origin: string;

beforeEach(async () => {
  requests = [];
  server = createServer((request, response) => {
    requests.push(request);
    response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => new Promise((resolve) => server.close(resolve)));

/** The client of an invocation whose host has its management API at an origin. */
function clientAt(at: string): OrchestrationClient {
  const context = new InvocationContext({ options: { extraInputs: [durableClientInput] } });
  const base = `${at}/runtime`;
  context.extraInputs.set(durableClientInput, {
    taskHubName: "hub",
    creationUrls: {
      createNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?code=${KEY}`,
    },
    managementUrls: { id: "ID", statusQueryGetUri: `${base}/instances/ID?code=${KEY}` },
    baseUrl: base,
    requiredQueryStringParameters: `code=${KEY}`,
    rpcBaseUrl: `${at}/durabletask/`,
  });
  return orchestrationClient(context);
}

const thrownBy = (call: Promise<unknown>) => call.then(String, (error: unknown) => error);

describe.each(NAMES)("%s", (name) => {
  test.each([500, 502, 503, 429])(
    "while the extension returns %i, the task hub is unavailable",
    async (status) => {
      answer = { status, body: '{"Message":"Something went wrong while processing your request"}' };
      const error = await thrownBy(CALLS[name](clientAt(origin)));
      expect(requests).toHaveLength(1);
      expect(error).toBeInstanceOf(TaskHubUnavailable);
      expect(isUnavailable(error)).toBe(true);
    },
  );

  test("while no host listens, the task hub is unavailable, and the error does not contain the address", async () => {
    const error = await thrownBy(CALLS[name](clientAt("http://127.0.0.1:9")));
    expect(error).toBeInstanceOf(TaskHubUnavailable);
    const { message, stack, cause } = error as Error;
    expect(JSON.stringify([error, message, stack, cause])).not.toMatch(/the-system-key|127\.0\.0\.1/);
  });

  test("a request that the extension refuses as invalid is an internal error", async () => {
    answer = { status: 418, body: '{"Message":"unexpected status code: 500, HTTP 404 response"}' };
    const error = await thrownBy(CALLS[name](clientAt(origin)));
    expect(error).toBeInstanceOf(Error);
    expect(isUnavailable(error)).toBe(false);
  });
});

test.each<[Name, number, unknown, string?]>([
  ["start", 202, "started", '{"id":"work-1"}'],
  ["start", 409, "exists", '{"Message":"An instance is there already"}'],
  ["find", 404, undefined],
  ["raise", 202, undefined],
  ["raise", 410, undefined],
  ["raise", 404, undefined],
  ["terminate", 202, undefined],
  ["terminate", 410, undefined],
  ["terminate", 404, undefined],
  ["purge", 200, "gone", '{"instancesDeleted":1}'],
  ["purge", 404, "gone"],
  ["purge", 412, "refused", '"Only orchestrations in a terminal state can be purged"'],
  ["readEntity", 200, { count: 3 }, '{"count":3}'],
  ["readEntity", 404, undefined],
])("%s with the response %i gives %j", async (name, status, outcome, body) => {
  answer = { status, ...(body !== undefined && { body }) };
  expect(await CALLS[name](clientAt(origin))).toEqual(outcome);
});

test.each([
  [null, undefined],
  ["", undefined],
  [undefined, undefined],
  [{ percent: 50 }, { percent: 50 }],
])("an instance whose custom status is %j has the status %j", async (customStatus, status) => {
  const times = { createdTime: "2027-03-01T08:00:00Z", lastUpdatedTime: "2027-03-01T08:00:05Z" };
  const instance = { name: "work", instanceId: "work-1", runtimeStatus: "Running", input: {}, output: null };
  answer = { status: 202, body: JSON.stringify({ ...instance, ...times, customStatus }) };
  expect((await clientAt(origin).find(work, "work-1"))?.status).toEqual(status);
});
