/**
 * Composition root: chooses the services and registers the patterns. The only module with effects when it is loaded.
 */
import { app } from "@azure/functions";
import { codeVersion } from "./code-version.ts";
import { registerFunctions } from "./durable/orchestration/functions.ts";
import { registerEndpoints } from "./http/endpoint.ts";
import { createOpenApiEndpoints } from "./openapi/openapi.http.ts";
import { registerOperations } from "./operations/operations.ts";
import { loggedPattern, PATTERNS } from "./patterns/patterns.ts";
import { registerQueueConsumers } from "./queues/queue-consumer.ts";
import { TablePoisonMessages } from "./queues/poison-messages.ts";
import { createServices } from "./services/create-services.ts";
import { Storage } from "./storage/storage.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings();
if (settings.telemetry) {
  const { azureMonitor, startTelemetry } = await import("./telemetry.ts");
  startTelemetry(azureMonitor(settings.telemetry));
}
// Without streams, the host would hold each uploaded photo in memory before it calls a function.
app.setup({ enableHttpStream: true });

const storage = new Storage(settings.storage);
const services = createServices(settings, storage);
const poison = new TablePoisonMessages(storage, services.mail, settings.alerts.mailTo);

for (const pattern of PATTERNS) {
  const { orchestrations, entities, activities, queues } = pattern;
  registerFunctions(
    { orchestrators: orchestrations?.orchestrators, entities, activities: activities?.(services) },
    loggedPattern(pattern),
  );
  registerQueueConsumers({ storage: settings.storage, poison }, ...(queues?.(services) ?? []));
}
const operations = registerOperations({ settings, services, storage, version: codeVersion() });

const endpoints = [...PATTERNS.flatMap((pattern) => pattern.endpoints(services)), ...operations.endpoints];
const descriptions = Object.assign(
  {},
  ...PATTERNS.map((pattern) => pattern.descriptions),
  operations.descriptions,
);
registerEndpoints(settings, ...endpoints, ...createOpenApiEndpoints(endpoints, descriptions));
