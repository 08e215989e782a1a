import type { Instance, TaskHub } from "../engine/task-hub.ts";
import { historySource } from "./history-view.ts";
import { ManagementError } from "./management-error.ts";
import type { ManagementRequest } from "./management-request.ts";
import { isFinal, statusSource } from "./status-view.ts";

const DEFAULT_PAGE_SIZE = 100;
export const CONTINUATION_HEADER = "x-ms-continuation-token";

/** `GET instances/{id}`. @throws {ManagementError} 404 */
export async function answerStatus(
  hub: TaskHub,
  request: ManagementRequest,
  instanceId: string,
): Promise<void> {
  const instance = await hub.get(instanceId);
  if (instance === undefined) throw new ManagementError(404);
  await answerWithStatus(hub, request, instance);
}

/** The status code says where the instance is: 202 while it may go on, 200 when it is final. */
export async function answerWithStatus(
  hub: TaskHub,
  request: ManagementRequest,
  instance: Instance,
): Promise<void> {
  const { query } = request;
  const showInput = query.flag("showInput", true);
  const historyEvents =
    query.flag("showHistory", false) && instance.runtimeStatus !== "Pending"
      ? historySource(await hub.history(instance.instanceId), {
          showInput,
          showHistoryOutput: query.flag("showHistoryOutput", false),
        })
      : undefined;
  const source = statusSource(instance, { showInput, historyEvents });
  if (!isFinal(instance)) request.json(202, source, { location: request.url, "retry-after": "5" });
  else if (instance.runtimeStatus === "Failed" && query.flag("returnInternalServerErrorOnFailure", false)) {
    request.json(500, source);
  } else request.json(200, source);
}

/** `GET instances`: one page, the token for the next one in a header. */
export async function answerInstances(hub: TaskHub, request: ManagementRequest): Promise<void> {
  const { query } = request;
  const page = await hub.list({
    instanceIdPrefix: query.text("instanceIdPrefix"),
    createdTimeFrom: query.date("createdTimeFrom"),
    createdTimeTo: query.date("createdTimeTo"),
    runtimeStatus: query.runtimeStatuses(),
    top: query.count("top") ?? DEFAULT_PAGE_SIZE,
    continuation: request.header(CONTINUATION_HEADER),
  });
  const showInput = query.flag("showInput", true);
  const sources = page.items.map((instance) => statusSource(instance, { showInput }));
  request.json(200, `[${sources.join(",")}]`, continuationHeader(page.continuation));
}

export function continuationHeader(continuation: string | undefined): Record<string, string> {
  return continuation === undefined ? {} : { [CONTINUATION_HEADER]: continuation };
}
