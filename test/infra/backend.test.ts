import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT } from "../../tools/run.ts";
import { Scenario } from "./scenario.ts";

interface HostFile {
  readonly logging: { readonly logLevel: Readonly<Record<string, string>> };
  readonly extensions: { readonly durableTask: DurableTask };
}

interface DurableTask {
  readonly hubName: string;
  readonly storageProvider?: Readonly<Record<string, unknown>>;
}

function readHost(name: string): HostFile {
  return JSON.parse(readFileSync(join(ROOT, name), "utf8")) as HostFile;
}

const storageHost = readHost("host.json");
const schedulerHost = readHost("host.dts.json");

test("the two host files differ only in the backend", () => {
  const withoutBackend = ({ extensions, ...rest }: HostFile) => {
    const { logging, ...others } = rest;
    const { storageProvider: _, ...durableTask } = extensions.durableTask;
    // Each backend logs under its own name.
    const logLevel = Object.entries(logging.logLevel).filter(
      ([category]) => !category.startsWith("DurableTask.Azure"),
    );
    return { ...others, logging: { ...logging, logLevel }, extensions: { ...extensions, durableTask } };
  };
  expect(withoutBackend(schedulerHost)).toEqual(withoutBackend(storageHost));
});

// A busy host holds messages of orchestrations for longer than a minute before it runs them. If they become visible
// before, each of its commits fails as "split brain", and it makes almost no progress until it is restarted: 18 kills of
// a host on a busy machine led to that, and none with the default of five minutes.
test("messages of orchestrations stay hidden for the extension's default time", () => {
  expect(storageHost.extensions.durableTask.storageProvider).not.toHaveProperty(
    "controlQueueVisibilityTimeout",
  );
});

// Below an error, the SDKs of Azure write lines for every storage call; below a warning, the library for every step.
const quiet = { default: "Information", "Azure.Core": "Error", "DurableTask.Core": "Warning" };
test.each([
  ["Azure Storage", storageHost, { ...quiet, "DurableTask.AzureStorage": "Warning" }],
  ["the scheduler", schedulerHost, quiet],
])("with %s the host writes no line for each call that works", (_backend, { logging }, levels) => {
  expect(logging.logLevel).toMatchObject(levels);
});

test("only the host sends spans: the extension starts no exporter", () => {
  expect(storageHost).toMatchObject({
    telemetryMode: "OpenTelemetry",
    extensions: { durableTask: { tracing: { distributedTracingEnabled: true, version: "None" } } },
  });
});

test("the scheduler has the task hub and the connection of its host file", () => {
  const scenario = new Scenario("scheduler");
  const { hubName, storageProvider } = schedulerHost.extensions.durableTask;
  expect(storageProvider?.["type"]).toBe("azureManaged");
  expect(scenario.one("Microsoft.DurableTask/schedulers/taskHubs").name.split("/")[1]).toBe(hubName);
  const connection = scenario.appSettings[String(storageProvider?.["connectionStringName"])];
  expect(connection).toMatch(/Endpoint=.*;Authentication=ManagedIdentity;ClientID=/);
});

test("with Azure Storage there is no scheduler, and the host file has none", () => {
  expect(storageHost.extensions.durableTask.storageProvider?.["type"] ?? "AzureStorage").toBe("AzureStorage");
  expect(Object.keys(new Scenario("smallest").appSettings).join()).not.toContain("SCHEDULER");
});

test("queues are polled at least every ten seconds, as Flex Consumption requires", () => {
  const interval = String(storageHost.extensions.durableTask.storageProvider?.["maxQueuePollingInterval"]);
  const [hours = 0, minutes = 0, seconds = 0] = interval.split(":").map(Number);
  expect(hours * 3600 + minutes * 60 + seconds).toBeLessThanOrEqual(10);
});
