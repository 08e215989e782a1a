import {
  CONTINUATION_HEADER,
  type EntityStatus,
  type InstanceStatus,
  MANAGEMENT_PATH,
} from "../../api/management-api.ts";
import { isEnded } from "../parts/statuses.ts";
import { send, sendJson } from "./http.ts";

/** What the server can filter; the page filters by name itself. */
export interface InstanceQuery {
  readonly prefix?: string | undefined;
  readonly statuses?: readonly string[] | undefined;
  readonly createdFrom?: string | undefined;
  readonly createdTo?: string | undefined;
  /** Whether the inputs are read as well. */
  readonly hasInput?: boolean;
}

export interface Page<T> {
  readonly items: readonly T[];
  /** Token of the next page. */
  readonly next: string | undefined;
}

export const instancePath = (id: string) => `${MANAGEMENT_PATH}/instances/${encodeURIComponent(id)}`;

export async function listInstances(
  query: InstanceQuery,
  top: number,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Page<InstanceStatus>> {
  const search = new URLSearchParams({ showInput: String(query.hasInput ?? false), top: String(top) });
  if (query.prefix) search.set("instanceIdPrefix", query.prefix);
  if (query.statuses?.length) search.set("runtimeStatus", query.statuses.join(","));
  if (query.createdFrom) search.set("createdTimeFrom", query.createdFrom);
  if (query.createdTo) search.set("createdTimeTo", query.createdTo);
  return pageOf(`${MANAGEMENT_PATH}/instances?${search}`, token, signal);
}

/** @param name of the entities, in any case; all if it is empty */
export async function listEntities(
  name: string,
  top: number,
  token: string | undefined,
  signal: AbortSignal,
): Promise<Page<EntityStatus>> {
  const named = name === "" ? "" : `/${encodeURIComponent(name)}`;
  return pageOf(`${MANAGEMENT_PATH}/entities${named}?fetchState=true&top=${top}`, token, signal);
}

export async function signalEntity(
  { name, key }: EntityStatus["entityId"],
  operation: string,
  json: unknown,
): Promise<void> {
  // An empty segment would be another address.
  const path = `${MANAGEMENT_PATH}/entities/${encodeURIComponent(name)}/${encodeURIComponent(key || "$")}`;
  await send(`${path}?op=${encodeURIComponent(operation)}`, { method: "POST", json });
}

async function pageOf<T>(path: string, token: string | undefined, signal: AbortSignal): Promise<Page<T>> {
  const headers = token === undefined ? {} : { [CONTINUATION_HEADER]: token };
  const response = await send(path, { headers, signal });
  const next = response.headers.get(CONTINUATION_HEADER) ?? "";
  return { items: (await response.json()) as T[], next: next === "" ? undefined : next };
}

export function readInstance(id: string, signal: AbortSignal): Promise<InstanceStatus> {
  const show = "showInput=true&showHistory=true&showHistoryOutput=true";
  return sendJson(`${instancePath(id)}?${show}`, { signal });
}

/** As {@link readInstance}, but reads the history of an ended instance again only if it has changed. */
export async function readInstanceAgain(
  known: InstanceStatus | undefined,
  id: string,
  signal: AbortSignal,
): Promise<InstanceStatus> {
  if (known === undefined || !isEnded(known.runtimeStatus)) return readInstance(id, signal);
  const { createdTime, lastUpdatedTime, runtimeStatus } = await sendJson<InstanceStatus>(
    `${instancePath(id)}?showInput=false`,
    { signal },
  );
  const isSame =
    createdTime === known.createdTime &&
    lastUpdatedTime === known.lastUpdatedTime &&
    runtimeStatus === known.runtimeStatus;
  return isSame ? known : readInstance(id, signal);
}

/** Commands with a reason, in the API's words. */
export type ReasonedCommand = "terminate" | "suspend" | "resume" | "rewind";

export async function commandInstance(id: string, command: ReasonedCommand, reason: string): Promise<void> {
  await send(`${instancePath(id)}/${command}?reason=${encodeURIComponent(reason)}`, { method: "POST" });
}

export async function raiseEvent(id: string, name: string, json: unknown): Promise<void> {
  await send(`${instancePath(id)}/raiseEvent/${encodeURIComponent(name)}`, { method: "POST", json });
}

/** Returns the id of the new execution. */
export async function restartInstance(id: string, asNew: boolean): Promise<string> {
  const path = `${instancePath(id)}/restart?restartWithNewInstanceId=${asNew}`;
  return (await sendJson<{ readonly id: string }>(path, { method: "POST" })).id;
}

export async function purgeInstance(id: string): Promise<void> {
  await send(instancePath(id), { method: "DELETE" });
}

/** Starts an orchestration by name. Returns its id. */
export async function startByName(name: string, id: string, json: unknown): Promise<string> {
  const end = id === "" ? "" : `/${encodeURIComponent(id)}`;
  const path = `${MANAGEMENT_PATH}/orchestrators/${encodeURIComponent(name)}${end}`;
  return (await sendJson<{ readonly id: string }>(path, { method: "POST", json })).id;
}
