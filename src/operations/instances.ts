import type { HttpRequest } from "@azure/functions";
import type { HubInstance, HubPage, TaskHub } from "../durable/task-hub/task-hub.ts";
import type { Call } from "../http/endpoint.ts";
import { Problem } from "../http/problem.ts";
import { pageOrProblem } from "../http/continuation.ts";
import { EVERY_STATUS, statusWord } from "../http/resource-status.ts";
import { readableHistory, readableReason } from "./instance-history.ts";
import type { InstancesQuery } from "./instances.request.ts";
import { patternOf } from "../patterns/patterns.ts";

/** The most pages of the task hub that one request reads to find an instance to show. */
const MAX_PAGES = 10;
const PAGE_SIZE = 100;
/** Used after a page with only entities, which come first: there may be one for each product. */
const LARGE_PAGE_SIZE = 1000;

/** One page, sorted by id and not by time, as in the task hub. @throws {Problem} 400 */
export async function listInstances(
  taskHub: TaskHub,
  { pattern, status, from, to, continuation }: InstancesQuery,
): Promise<HubPage<HubInstance>> {
  let next = continuation;
  for (let pages = 1; ; pages++) {
    const query = { idPrefix: pattern?.idPrefix, statuses: status ?? EVERY_STATUS };
    const times = { createdFrom: from, createdTo: to };
    const position = { continuation: next, top: pages === 1 ? PAGE_SIZE : LARGE_PAGE_SIZE };
    const page = await pageOrProblem(taskHub.instances({ ...query, ...times, ...position }));
    const items = pattern ? page.items.filter(({ name }) => patternOf(name) === pattern) : page.items;
    if (items.length > 0 || !page.continuation || pages === MAX_PAGES) return { ...page, items };
    next = page.continuation;
  }
}

/** @throws {Problem} 404 */
export async function findInstance(request: HttpRequest, taskHub: TaskHub): Promise<HubInstance> {
  const instance = await taskHub.instance(request.params["id"] ?? "");
  if (!instance) throw new Problem("not-found", "There is no instance with this id");
  return instance;
}

/** Ids of sub-orchestrations contain colons, which need no escape in a path. */
const instancePath = (id: string) => `/api/instances/${encodeURIComponent(id).replaceAll("%3A", ":")}`;

/** What a list shows of an instance. */
export function instanceSummary({ url }: Pick<Call, "url">, instance: HubInstance) {
  const { id, name, version, runtimeStatus, createdAt, updatedAt } = instance;
  return {
    id,
    pattern: patternOf(name)?.name ?? null,
    orchestration: name,
    ...(version !== undefined && { version }),
    status: statusWord(runtimeStatus),
    createdAt: createdAt.toISOString(),
    updatedAt: updatedAt.toISOString(),
    links: { self: url(instancePath(id)) },
  };
}

/** All details of an instance: its progress, its result, and its history. */
export async function instanceDetail(call: Pick<Call, "taskHub" | "url">, instance: HubInstance) {
  const { id, runtimeStatus, customStatus, output } = instance;
  return {
    ...instanceSummary(call, instance),
    progress: customStatus ?? null,
    ...(runtimeStatus === "Completed" && { result: output ?? null }),
    ...(runtimeStatus === "Failed" && { error: { type: "failed", message: readableReason(output) } }),
    ...(runtimeStatus === "Terminated" && { error: { type: "terminated", message: readableReason(output) } }),
    history: readableHistory(await call.taskHub.history(id)),
  };
}
