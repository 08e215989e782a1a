import type { TaskHub } from "../engine/task-hub.ts";
import type { Instance } from "../stores/instance.ts";
import { historySource } from "./history-view.ts";
import { ManagementError, argumentError } from "./management-error.ts";
import type { ManagementRequest } from "./management-request.ts";
import { isFinal } from "../stores/instance.ts";
import { statusSource } from "./status-view.ts";

const DEFAULT_PAGE_SIZE = 100;
const CONTINUATION_HEADER = "x-ms-continuation-token";

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

/** The status code shows the state of the instance: 202 until it has ended, then 200. */
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
  if (!isFinal(instance.runtimeStatus))
    request.json(202, source, { location: request.url, "retry-after": "5" });
  else if (instance.runtimeStatus === "Failed" && query.flag("returnInternalServerErrorOnFailure", false)) {
    request.json(500, source);
  } else request.json(200, source);
}

/** `GET instances`: one page, with the token for the next page in a header. */
export async function answerInstances(hub: TaskHub, request: ManagementRequest): Promise<void> {
  const { query } = request;
  const page = await hub.list({
    instanceIdPrefix: query.text("instanceIdPrefix"),
    createdTimeFrom: query.date("createdTimeFrom"),
    createdTimeTo: query.date("createdTimeTo"),
    runtimeStatus: query.runtimeStatuses(),
    top: query.count("top") ?? DEFAULT_PAGE_SIZE,
    continuation: continuationOf(request),
  });
  const showInput = query.flag("showInput", true);
  const sources = page.items.map((instance) => statusSource(instance, { showInput }));
  request.json(200, `[${sources.join(",")}]`, continuationHeader(page.continuation));
}

/** The token is base64, because ids may contain characters that are not allowed in a header. */
export function continuationHeader(continuation: string | undefined): Record<string, string> {
  if (continuation === undefined) return {};
  return { [CONTINUATION_HEADER]: Buffer.from(continuation).toString("base64url") };
}

/**
 * Where the previous page ended; an empty header counts as missing. @throws {ManagementError} 400 for a token that this
 * API did not issue
 */
export function continuationOf(request: ManagementRequest): string | undefined {
  const token = request.header(CONTINUATION_HEADER) ?? "";
  if (token === "") return undefined;
  const continuation = Buffer.from(token, "base64url").toString();
  if (Buffer.from(continuation).toString("base64url") === token) return continuation;
  throw argumentError("The continuation token is not valid. (Parameter 'continuationToken')");
}
