import { expect, test } from "vitest";
import { appFolder } from "../support/app-fixture.ts";
import { startedHost } from "../support/started-host.ts";

const APP = `import { app, output } from "@azure/functions";
import df from "durable-functions";
const orders = output.cosmosDB({ databaseName: "shop", containerName: "orders", connection: "COSMOS" });
const log = output.eventHub({ eventHubName: "log", connection: "HUB" });
const seen = [];
app.serviceBusQueue("onOrder", { queueName: "orders", connection: "BUS", return: log, handler: (order) => {
  seen.push(order);
  return "seen";
} });
df.app.activity("saveOrder", { return: orders, handler: (order) => order });
df.app.activity("keepOrder", { return: orders, handler: (order) => order });
app.http("seen", { handler: () => ({ jsonBody: seen }) });`;

test("unsupported triggers and outputs are reported at the start, each kind in one line, with a remedy", async () => {
  const { logs } = await startedHost(appFolder({ "app.mjs": APP }));
  expect(logs.map(({ functionName, level, message }) => [functionName, level, message])).toEqual([
    [
      "keepOrder, saveOrder",
      "warning",
      'The output binding cosmosDB is not written by the local host: its values are lost. Run the app with "func start" to have it written.',
    ],
    [
      "onOrder",
      "warning",
      'serviceBusTrigger is not served by the local host. Call the function by hand, POST /admin/functions/<name> with {"input": ...}, or run the app with "func start".',
    ],
    [
      "onOrder",
      "warning",
      expect.stringMatching(/^The output binding eventHub is not written by the local host/),
    ],
  ]);
});

test("a function with an unsupported trigger can be called by hand, as the warning says", async () => {
  const { host } = await startedHost(appFolder({ "app.mjs": APP }));
  const call = await fetch(`${host.url}/admin/functions/onOrder`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ input: { id: 7 } }),
  });
  expect(call.status).toBe(202);
  await host.idle();
  expect(await (await fetch(`${host.url}/api/seen`)).json()).toEqual([{ id: 7 }]);
});

test("unsupported settings of host.json are reported at the start, unless they match the behaviour of the local host", async () => {
  const ask = (functionTimeout: string, limit: number): string =>
    JSON.stringify({
      functionTimeout,
      extensions: {
        http: { maxConcurrentRequests: limit, maxOutstandingRequests: limit, dynamicThrottlesEnabled: false },
        durableTask: { hubName: "Hub" },
      },
    });
  const inVain = await startedHost(appFolder({ "app.mjs": APP, "host.json": ask("00:05:00", 10) }));
  expect(inVain.host.app.warnings).toEqual([
    "host.json: ignored: functionTimeout. In the local host, a function may run without a time limit.",
    "host.json: ignored: extensions.http.maxConcurrentRequests, extensions.http.maxOutstandingRequests. In the local host, requests are not limited.",
  ]);
  const granted = await startedHost(appFolder({ "app.mjs": APP, "host.json": ask("-1", -1) }));
  expect(granted.host.app.warnings).toEqual([]);
});

test("a missing storage setting of inputs and outputs is reported once at the start", async () => {
  const { logs } = await startedHost(
    appFolder({
      "app.mjs": `import { app, input, output } from "@azure/functions";
const file = input.storageBlob({ path: "files/a", connection: "Nowhere" });
const jobs = output.storageQueue({ queueName: "jobs", connection: "Nowhere" });
app.http("reads", { extraInputs: [file], handler: () => ({}) });
app.http("sends", { extraOutputs: [jobs], handler: () => ({}) });`,
    }),
  );
  expect(logs.map(({ functionName, level, message }) => [functionName, level, message])).toEqual([
    [
      "reads, sends",
      "warning",
      'The setting "Nowhere" is missing: it must hold a storage connection string.',
    ],
  ]);
});

test("a connection by identity is reported with its setting and a remedy", async () => {
  const { logs } = await startedHost(
    appFolder({
      "app.mjs": `import { app } from "@azure/functions";
app.storageQueue("work", { queueName: "work", connection: "Shop", handler: () => {} });`,
      "local.settings.json": JSON.stringify({ Values: { Shop__accountname: "shop" } }),
    }),
  );
  const told =
    'The setting "Shop__accountname" asks for a connection by identity, which the local host does not support: ' +
    'set "Shop" to a storage connection string, for example UseDevelopmentStorage=true.';
  await expect.poll(() => logs.map(({ message }) => message)).toEqual([told]);
});
