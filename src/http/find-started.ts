import type { HttpRequest } from "@azure/functions";
import type { OrchestrationContract } from "../durable/orchestration/contract.ts";
import type { InstanceStatus, OrchestrationClient } from "../durable/client/orchestration-client.ts";
import { Problem } from "./problem.ts";

/** The counterpart of `startOnce`: the instance that the route parameter `id` names. @throws {Problem} 404 */
export async function findStarted<Input extends object, Output, Status>(
  request: HttpRequest,
  orchestrations: OrchestrationClient,
  orchestration: OrchestrationContract<Input, Output, Status>,
): Promise<InstanceStatus<Input, Output, Status>> {
  const { id } = request.params;
  const instance = id === undefined ? undefined : await orchestrations.find(orchestration, id);
  if (!instance) throw new Problem("not-found", "Nothing was started under this id");
  return instance;
}
