import { TaskHubError } from "../engine/task-hub.ts";
import type { TaskHub } from "../engine/task-hub.ts";
import { rewriteJson } from "../json-net.ts";
import type { Instance } from "../stores/instance.ts";
import { jsonReaderMessage } from "./json-error.ts";
import { isJson } from "../json.ts";
import { ManagementError, exceptionBody, unexpectedError } from "./management-error.ts";
import type { ManagementRequest } from "./management-request.ts";
import { isFinal } from "../stores/instance.ts";

/** Reads a JSON body without changing it. @throws {ManagementError} 400 */
export async function jsonBody(request: ManagementRequest): Promise<string> {
  const text = await request.bodyText();
  if (!isJson(text)) {
    throw new ManagementError(
      400,
      exceptionBody("Invalid JSON content", jsonReaderMessage(text), "Newtonsoft.Json.JsonReaderException"),
    );
  }
  return text;
}

/** `POST instances/{id}/raiseEvent/{name}`. @throws {ManagementError} 400, 404, 410 */
export async function raiseEvent(
  hub: TaskHub,
  request: ManagementRequest,
  instanceId: string,
  eventName: string,
): Promise<void> {
  await expectUnfinished(hub, instanceId);
  if (!request.isJson) {
    throw new ManagementError(400, { Message: "Only application/json request content is supported" });
  }
  // The extension rewrites the input of an event, unlike the input of a start, which stays as it was sent.
  const input = rewriteJson(await jsonBody(request));
  await command(hub.raiseEvent(instanceId, eventName, input));
  request.empty(202);
}

/** `POST instances/{id}/terminate`. @throws {ManagementError} 404, 410 */
export async function terminate(hub: TaskHub, request: ManagementRequest, instanceId: string): Promise<void> {
  await expectUnfinished(hub, instanceId);
  await command(hub.terminate(instanceId, request.query.text("reason") ?? null));
  request.empty(202);
}

/** `POST instances/{id}/suspend` and `resume`. @throws {ManagementError} 404, 410, 500 in the wrong state */
export async function suspendOrResume(
  hub: TaskHub,
  request: ManagementRequest,
  instanceId: string,
  verb: "suspend" | "resume",
): Promise<void> {
  const { runtimeStatus } = await expectUnfinished(hub, instanceId);
  if ((runtimeStatus === "Suspended") === (verb === "suspend")) {
    throw unexpectedError(
      `Cannot ${verb} the orchestration instance ${instanceId} because instance is in the ${runtimeStatus} state.`,
      "System.InvalidOperationException",
    );
  }
  await command(hub[verb](instanceId, request.query.text("reason") ?? null));
  request.empty(202);
}

/** `POST instances/{id}/rewind`. @throws {ManagementError} 404, 412 unless Failed */
export async function rewind(hub: TaskHub, request: ManagementRequest, instanceId: string): Promise<void> {
  const instance = await hub.get(instanceId);
  // The dollar sign is a typing error of the extension that clients see.
  if (instance === undefined) {
    throw new ManagementError(404, `No orchestration with instance ID "$${instanceId}" found.`);
  }
  if (instance.runtimeStatus !== "Failed") {
    throw new ManagementError(
      412,
      `This orchestration has status ${instance.runtimeStatus}, but only orchestrations in the "Failed" state can be rewound.`,
    );
  }
  await command(hub.rewind(instanceId, request.query.text("reason") ?? null));
  request.empty(202);
}

/** `DELETE instances/{id}`. @throws {ManagementError} 404, 412 unless final */
export async function purge(hub: TaskHub, request: ManagementRequest, instanceId: string): Promise<void> {
  const instance = await hub.get(instanceId);
  if (instance === undefined) throw new ManagementError(404);
  if (!isFinal(instance.runtimeStatus) && !instanceId.startsWith("@")) {
    throw new ManagementError(
      412,
      `Only orchestrations in a terminal state can be purged, but the orchestration with instance ID ${instanceId} has status ${instance.runtimeStatus}`,
    );
  }
  await command(hub.purge(instanceId));
  request.json(200, JSON.stringify({ instancesDeleted: 1 }));
}

/** `DELETE instances`: without `runtimeStatus` running instances are deleted too, as on the real extension. */
export async function purgeInstances(hub: TaskHub, request: ManagementRequest, now: number): Promise<void> {
  const { query } = request;
  const createdTimeFrom = query.date("createdTimeFrom");
  if (createdTimeFrom === undefined) {
    throw new ManagementError(400, "Please provide value for 'createdTimeFrom' parameter.");
  }
  const instancesDeleted = await hub.purgeBy({
    createdTimeFrom,
    createdTimeTo: query.date("createdTimeTo") ?? now,
    runtimeStatus: query.runtimeStatuses(),
  });
  if (instancesDeleted === 0) throw new ManagementError(404);
  request.json(200, JSON.stringify({ instancesDeleted }));
}

async function expectUnfinished(hub: TaskHub, instanceId: string): Promise<Instance> {
  const instance = await hub.get(instanceId);
  if (instance === undefined) throw new ManagementError(404);
  if (isFinal(instance.runtimeStatus)) throw new ManagementError(410);
  return instance;
}

/** The state may have changed since it was read, so the hub decides. */
async function command(change: Promise<void>): Promise<void> {
  try {
    await change;
  } catch (error) {
    if (!(error instanceof TaskHubError)) throw error;
    if (error.code === "notFound") throw new ManagementError(404);
    if (error.code === "finished") throw new ManagementError(410);
    throw unexpectedError(error.message, "System.InvalidOperationException");
  }
}
