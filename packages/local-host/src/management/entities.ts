import type { EntityId } from "../engine/history/entity-id.ts";
import type { TaskHub } from "../engine/task-hub.ts";
import type { FunctionRunner } from "../invocation/function-runner.ts";
import { missingFunction } from "../invocation/missing-function.ts";
import { continuationHeader, continuationOf } from "./instance-queries.ts";
import { jsonReaderMessage } from "./json-error.ts";
import { isJson } from "../json.ts";
import { embedded, objectSource } from "./json-text.ts";
import { ManagementError } from "./management-error.ts";
import type { ManagementRequest } from "./management-request.ts";

const DEFAULT_PAGE_SIZE = 100;

/** Entity names are case-insensitive; a key of `$` in a path means the empty key. */
export function entityId(name: string, key: string): EntityId {
  return { name: name.toLowerCase(), key: key === "$" ? "" : key };
}

/** `GET entities/{name}/{key}`. @throws {ManagementError} 404 without a state */
export async function answerEntity(hub: TaskHub, request: ManagementRequest, id: EntityId): Promise<void> {
  const entity = await hub.readEntity(id);
  if (entity === undefined || entity.state === null) throw new ManagementError(404);
  request.json(200, embedded(entity.state));
}

/** `GET entities` and `GET entities/{name}`. */
export async function answerEntities(
  hub: TaskHub,
  request: ManagementRequest,
  name: string | undefined,
): Promise<void> {
  const { query } = request;
  const page = await hub.listEntities({
    name: name?.toLowerCase(),
    from: query.date("lastOperationTimeFrom"),
    to: query.date("lastOperationTimeTo"),
    top: query.count("top") ?? DEFAULT_PAGE_SIZE,
    continuation: continuationOf(request),
  });
  const fetchState = query.flag("fetchState", false);
  const sources = page.items.map(({ id, lastOperationTime, state }) =>
    objectSource([
      ["entityId", JSON.stringify({ name: id.name, key: id.key })],
      ["lastOperationTime", JSON.stringify(new Date(lastOperationTime).toISOString())],
      ["state", fetchState ? embedded(state) : "null"],
    ]),
  );
  request.json(200, `[${sources.join(",")}]`, continuationHeader(page.continuation));
}

/** `POST entities/{name}/{key}?op=`. @throws {ManagementError} 400 */
export async function signal(
  hub: TaskHub,
  runner: FunctionRunner,
  request: ManagementRequest,
  id: EntityId,
): Promise<void> {
  const input = await signalInput(request);
  await send(hub, runner, id, request.query.text("op") ?? "", input);
  request.empty(202);
}

/** `DELETE entities/{name}/{key}`. @throws {ManagementError} 400 */
export async function deleteEntity(
  hub: TaskHub,
  runner: FunctionRunner,
  request: ManagementRequest,
  id: EntityId,
): Promise<void> {
  await send(hub, runner, id, "delete", null);
  request.empty(202);
}

async function send(
  hub: TaskHub,
  runner: FunctionRunner,
  id: EntityId,
  operation: string,
  input: string | null,
): Promise<void> {
  if (runner.find("entity", id.name) === undefined) {
    throw new ManagementError(400, { Message: missingFunction(runner, "entity", id.name) });
  }
  await hub.signalEntity(id, operation, input);
}

async function signalInput(request: ManagementRequest): Promise<string | null> {
  const text = await request.bodyText();
  if (text === "") return null;
  if (!request.isJson) return JSON.stringify(text);
  if (!isJson(text)) {
    throw new ManagementError(400, { Message: `Could not parse JSON content: ${jsonReaderMessage(text)}` });
  }
  return text;
}
