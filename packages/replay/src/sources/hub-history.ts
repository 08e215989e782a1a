import type { HistoryEvent, Instance, TaskHub } from "durable-local-host";
import { SourceError } from "../core/history.ts";
import type { History } from "../core/history.ts";

/**
 * The history of an instance in a local host or test host: `await historyOf(host.hub, id)`.
 *
 * @throws {SourceError} if there is no such instance
 */
export async function historyOf(hub: TaskHub, id: string): Promise<History> {
  const instance = await hub.get(id);
  if (instance === undefined) throw new SourceError(`There is no instance ${id}.`);
  return historyFrom(instance, await hub.history(id));
}

/** Converts an instance of the local host and its events to a history. */
export function historyFrom(instance: Instance, events: readonly HistoryEvent[]): History {
  const { instanceId, executionId, name, version, parentInstanceId, runtimeStatus: status } = instance;
  const unplayed = events.map((event) => ({ ...event, IsPlayed: false }));
  return { instanceId, executionId, name, version, parentInstanceId, status, events: unplayed };
}
