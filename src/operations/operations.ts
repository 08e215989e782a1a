import type { Endpoint } from "../http/endpoint.ts";
import type { Descriptions } from "../openapi/description.ts";
import { RESTART_INPUTS } from "../patterns/patterns.ts";
import type { Services } from "../services/services.ts";
import type { Storage } from "../storage/storage.ts";
import type { Settings } from "../settings.ts";
import { HealthCheck } from "./health.ts";
import { createHealthEndpoints } from "./health.http.ts";
import { createInstanceCleanup } from "./instance-cleanup.ts";
import { createInstanceEndpoints } from "./instances.http.ts";
import { operationsDescriptions } from "./operations.openapi.ts";
import { registerPurge } from "./purge.ts";
import { registerRescue } from "./rescue.ts";

export interface OperationsParts {
  readonly settings: Settings;
  readonly services: Services;
  readonly storage: Storage;
  /** Version of the code: `defaultVersion` in host.json. */
  readonly version: string | undefined;
}

/** Registers the timers that maintain instances, and returns the endpoints for operators. */
export function registerOperations({ settings, services, storage, version }: OperationsParts): {
  readonly endpoints: Endpoint[];
  readonly descriptions: Descriptions;
} {
  const { rescues, mail } = services;
  const { mailTo } = settings.alerts;
  const nextInputs = RESTART_INPUTS;
  const cleanUp = createInstanceCleanup(services, async (pattern, id) => pattern.removeFiles?.(services, id));
  registerPurge(settings.purge, cleanUp);
  registerRescue(settings.rescueSchedule, { rescues, mail, mailTo, nextInputs, version });
  return {
    endpoints: [
      ...createInstanceEndpoints({ cleanUp, nextInputs, rescues }),
      ...createHealthEndpoints(new HealthCheck(storage, rescues)),
    ],
    descriptions: operationsDescriptions,
  };
}
