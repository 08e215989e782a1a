/** Composition root: chooses the services and registers every pattern. The only module that acts when loaded. */
import { app } from "@azure/functions";
import { registerActivities } from "./durable/activity.ts";
import { registerOrchestrators } from "./durable/orchestrator.ts";
import { registerEndpoints } from "./http/endpoint.ts";
import { createOrderActivities } from "./patterns/order-chaining/order.activities.ts";
import { createOrderEndpoints } from "./patterns/order-chaining/order.http.ts";
import { orderOrchestrator } from "./patterns/order-chaining/order.orchestrator.ts";
import { TableClaims } from "./services/claims.ts";
import { createSandbox } from "./services/sandbox/sandbox.ts";
import { Storage } from "./services/storage.ts";
import { readSettings } from "./settings.ts";

const settings = readSettings();
const storage = new Storage(settings.storage);
const claims = new TableClaims(storage);
const outside = createSandbox(storage);

// Photos come as streams: without it each upload would be held in memory as a whole before a function sees it.
app.setup({ enableHttpStream: true });

// order-chaining
registerOrchestrators(orderOrchestrator);
registerActivities(...createOrderActivities(outside));
registerEndpoints(...createOrderEndpoints({ claims, catalog: outside.catalog }));
