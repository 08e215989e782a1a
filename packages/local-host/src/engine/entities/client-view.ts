import { randomUUID } from "node:crypto";
import { jsonNet } from "../../json-net.ts";
import type { StoredInstance } from "../../stores/store.ts";
import { entityIdOf, schedulerId } from "../history/entity-id.ts";
import type { EntityId } from "../history/entity-id.ts";
import { messageType } from "../history/entity-messages.ts";
import type { IncomingEvent } from "../history/events.ts";
import { eventRaised } from "../history/incoming-events.ts";
import { toTimestamp } from "../history/timestamps.ts";
import type { EntityRecord } from "../task-hub.ts";
import { readSchedulerState } from "./scheduler-state.ts";

const NO_TIME = "0001-01-01T00:00:00";

/** Clients address an entity by its name in lower case. */
export function schedulerOf({ name, key }: EntityId): string {
  return schedulerId({ name: name.toLowerCase(), key });
}

/** A client's signal as its scheduler receives it. @param now epoch milliseconds @param input JSON text */
export function clientSignal(now: number, operation: string, input: string | null): IncomingEvent {
  const request = {
    $type: messageType("RequestMessage"),
    op: operation,
    signal: true,
    ...(input === null ? {} : { input }),
    id: randomUUID(),
    Timestamp: NO_TIME,
    Predecessor: NO_TIME,
    requestTime: `${toTimestamp(now).slice(0, -1)}+00:00`,
  };
  return eventRaised(now, "op", jsonNet(request));
}

/** An entity as clients see it; undefined if it does not exist or was deleted. */
export function toEntityRecord(instance: StoredInstance): EntityRecord | undefined {
  const { exists, state } = readSchedulerState(instance.input);
  if (exists !== true) return undefined;
  return {
    id: entityIdOf(instance.instanceId),
    state: state ?? null,
    lastOperationTime: instance.lastUpdatedTime,
  };
}
