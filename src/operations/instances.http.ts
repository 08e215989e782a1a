import type { InstanceCommand, RuntimeStatus, TaskHub } from "../durable/task-hub.ts";
import type { Endpoint } from "../http/endpoint.ts";
import { Problem } from "../http/problem.ts";
import { readQuery, toContinuation } from "../http/query.ts";
import { readOptionalJson } from "../http/read-json.ts";
import { statusWord } from "../http/resource.ts";
import { findInstance, instanceDetail, instanceSummary, listInstances } from "./instances.ts";
import { commandRequest, instancesQuery } from "./instances.request.ts";
import type { RemoveLeftovers } from "./leftovers.ts";
import { purgeInstance } from "./purge.ts";

const UNDER_WAY = ["Pending", "Running", "ContinuedAsNew"] as const;

/** The statuses in which each command makes sense; in others the extension answers anything from 202 to 500. */
const COMMANDS: Readonly<Record<InstanceCommand, ReadonlySet<RuntimeStatus>>> = {
  suspend: new Set(UNDER_WAY),
  resume: new Set(["Suspended"]),
  terminate: new Set([...UNDER_WAY, "Suspended"]),
  rewind: new Set(["Failed"]),
};

const FINAL: ReadonlySet<RuntimeStatus> = new Set(["Completed", "Failed", "Terminated", "Canceled"]);

/** See, stop, go on, try again, delete: what an operator does with instances of any pattern. */
export function createInstanceEndpoints(removeLeftovers: RemoveLeftovers): Endpoint[] {
  return [
    {
      name: "listInstances",
      method: "GET",
      route: "instances",
      async handle(request, { taskHub }) {
        const page = await listInstances(taskHub, readQuery(request, instancesQuery));
        const instances = page.items.map((instance) => instanceSummary(request, instance));
        return { jsonBody: { instances, continuation: toContinuation(page.continuation) } };
      },
    },
    {
      name: "getInstance",
      method: "GET",
      route: "instances/{id}",
      async handle(request, { taskHub }) {
        const instance = await findInstance(request, taskHub);
        return { jsonBody: await instanceDetail(request, taskHub, instance) };
      },
    },
    ...(Object.keys(COMMANDS) as InstanceCommand[]).map(commandEndpoint),
    {
      name: "purgeInstance",
      method: "DELETE",
      route: "instances/{id}",
      async handle(request, { taskHub }) {
        const instance = await findInstance(request, taskHub);
        if (!FINAL.has(instance.runtimeStatus)) throw conflict("purge", instance.runtimeStatus);
        const purged = await purgeInstance(taskHub, removeLeftovers, instance);
        if (purged === "refused") throw conflict("purge", instance.runtimeStatus);
        return { status: 204 };
      },
    },
  ];
}

function commandEndpoint(command: InstanceCommand): Endpoint {
  return {
    name: `${command}Instance`,
    method: "POST",
    route: `instances/{id}/${command}`,
    async handle(request, { taskHub }) {
      const { reason } = await readOptionalJson(request, commandRequest);
      const instance = await findInstance(request, taskHub);
      if (!COMMANDS[command].has(instance.runtimeStatus)) throw conflict(command, instance.runtimeStatus);
      if (command === "rewind") await requireRewindable(taskHub, instance.id);
      const outcome = await taskHub.command(instance.id, command, reason);
      if (outcome === "missing") throw new Problem("not-found", "The instance has been purged meanwhile");
      if (outcome === "refused") throw conflict(command, instance.runtimeStatus);
      // It takes effect when the instance next runs: the status here is still the one before.
      const summary = instanceSummary(request, instance);
      return {
        status: 202,
        headers: { location: summary.links.self, "retry-after": "1" },
        jsonBody: summary,
      };
    },
  };
}

/**
 * A rewind takes failed calls back and leaves timers, those of retries included: a history that has any would no
 * longer fit the code, and the instance would fail again as non-deterministic. @throws {Problem} 409
 */
async function requireRewindable(taskHub: TaskHub, id: string): Promise<void> {
  const history = await taskHub.history(id);
  if (!history.some(({ EventType }) => EventType === "TimerCreated" || EventType === "TimerFired")) return;
  throw new Problem(
    "conflict",
    "An instance that has used timers, those between retries included, cannot be rewound: start it anew",
  );
}

function conflict(command: string, status: RuntimeStatus): Problem {
  return new Problem("conflict", `An instance that is ${statusWord(status)} cannot be asked to ${command}`);
}
