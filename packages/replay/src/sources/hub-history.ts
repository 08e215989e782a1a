import type { TaskHub } from "durable-local-host";
import { SourceError } from "../core/history.ts";
import type { History } from "../core/history.ts";

/**
 * The history that a local host or a test host has of an instance: `await historyOf(host.hub, id)`.
 *
 * @throws {SourceError} if there is no such instance
 */
export async function historyOf(hub: TaskHub, id: string): Promise<History> {
  const instance = await hub.get(id);
  if (instance === undefined) throw new SourceError(`There is no instance ${id}.`);
  const { instanceId, executionId, name, version, parentInstanceId, runtimeStatus: status } = instance;
  const events = (await hub.history(id)).map((event) => ({ ...event, IsPlayed: false }));
  return { instanceId, executionId, name, version, parentInstanceId, status, events };
}
