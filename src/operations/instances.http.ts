import { isFinal } from "../durable/client/orchestration-client.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { conditionOf, readQuery } from "../http/read-request.ts";
import { toContinuation } from "../http/continuation.ts";
import { readOptionalJson } from "../http/read-body.ts";
import type { Rescues } from "../storage/rescues.ts";
import type { NextInputs } from "./rewind-or-restart.ts";
import {
  executeCommand,
  COMMANDS,
  conflict,
  RECOVERY_COMMANDS,
  type OperatorCommand,
} from "./instance-commands.ts";
import { findInstance, instanceDetail, instanceSummary, listInstances } from "./instances.ts";
import { commandRequest, instancesQuery } from "./instances.request.ts";
import type { InstanceCleanup } from "./instance-cleanup.ts";
import { purgeInstance } from "./purge.ts";

/** What the endpoints need to know about the patterns. */
export interface InstanceParts {
  readonly cleanUp: InstanceCleanup;
  readonly nextInputs: NextInputs;
  readonly rescues: Rescues;
}

/** Operators' endpoints for instances of all patterns: show, suspend, resume, terminate, rewind, restart, delete. */
export function createInstanceEndpoints(parts: InstanceParts): Endpoint[] {
  const { cleanUp } = parts;
  return [
    {
      name: "listInstances",
      method: "GET",
      route: "instances",
      query: instancesQuery,
      async handle(request, call) {
        const page = await listInstances(call.taskHub, readQuery(request, instancesQuery));
        const instances = page.items.map((instance) => instanceSummary(call, instance));
        return { jsonBody: { instances, continuation: toContinuation(page.continuation) } };
      },
    },
    {
      name: "getInstance",
      method: "GET",
      route: "instances/{id}",
      async handle(request, call) {
        const instance = await findInstance(request, call.taskHub);
        return { jsonBody: await instanceDetail(call, instance) };
      },
    },
    ...COMMANDS.map((command) => commandEndpoint(command, parts)),
    {
      name: "purgeInstance",
      method: "DELETE",
      route: "instances/{id}",
      authLevel: "admin",
      isConditional: true,
      async handle(request, { taskHub }) {
        const instance = await findInstance(request, taskHub);
        conditionOf(request)?.({ modifiedAt: instance.updatedAt });
        if (!isFinal(instance)) throw conflict("purge", instance);
        const purged = await purgeInstance(taskHub, cleanUp, instance);
        if (purged === "refused") throw conflict("purge", instance);
        return { status: 204 };
      },
    },
  ];
}

function commandEndpoint(
  command: OperatorCommand,
  { nextInputs, rescues }: Pick<InstanceParts, "nextInputs" | "rescues">,
): Endpoint {
  return {
    name: `${command}Instance`,
    method: "POST",
    route: `instances/{id}/${command}`,
    // A caller who may place an order must not be able to terminate other callers' orders.
    authLevel: "admin",
    async handle(request, call) {
      const { taskHub } = call;
      const { reason } = await readOptionalJson(request, commandRequest);
      const instance = await findInstance(request, taskHub);
      await executeCommand(command, taskHub, instance, { reason, nextInputs });
      // An operator handles the instance now. If it fails again, its rescue starts from the beginning.
      if (RECOVERY_COMMANDS.has(command)) await rescues.forget(instance.id);
      // Most commands take effect when the instance next runs, so the response shows the previous status.
      const summary = instanceSummary(call, instance);
      return {
        status: 202,
        headers: { location: summary.links.self, "retry-after": "1" },
        jsonBody: summary,
      };
    },
  };
}
