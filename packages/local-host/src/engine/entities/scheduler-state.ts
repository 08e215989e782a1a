import type { RequestMessage } from "../history/entity-messages.ts";

const WINDOW_MS = 30 * 60 * 1000;

/** The state that an entity keeps between its batches, in the extension's own JSON format. */
export interface SchedulerState {
  exists?: boolean;
  /** JSON text of the app's state. */
  state?: string;
  /** Requests that wait because the entity is locked or a batch was full. */
  queue?: RequestMessage[];
  /** Instance that holds the lock. */
  lockedBy?: string;
  sorter: SorterState;
}

/**
 * Senders of the last received requests and targets of the last sent ones. They are part of the visible state, but not
 * used.
 */
export interface SorterState {
  LastSentToInstance?: Record<string, string>;
  ReceivedFromInstance?: Record<string, { Last: string; ExecutionId?: string }>;
  ReceiveHorizon?: string;
}

/** The state of a new entity, or the one that a record's input contains. */
export function readSchedulerState(input: string | null): SchedulerState {
  return input === null ? { sorter: {} } : (JSON.parse(input) as SchedulerState);
}

/** The custom status of an entity's instance: the properties that differ from the default. */
export function entityStatus({ exists, queue, lockedBy }: SchedulerState): string {
  const queueSize = queue?.length ?? 0;
  return JSON.stringify({
    ...(exists === true ? { entityExists: true } : {}),
    ...(queueSize > 0 ? { queueSize } : {}),
    ...(lockedBy === undefined ? {} : { lockedBy }),
  });
}

/** Records a request as the message sorter does; requests of clients and forwarded locks are not recorded. */
export function noteReceived(state: SchedulerState, request: RequestMessage): void {
  const { parent, parentExecution, Timestamp: timestamp } = request;
  if (parent === undefined || timestamp === undefined || (request.pos ?? 0) > 0) return;
  const { LastSentToInstance, ReceivedFromInstance, ReceiveHorizon } = state.sorter;
  const entry = {
    Last: timestamp,
    ...(parentExecution === undefined ? {} : { ExecutionId: parentExecution }),
  };
  state.sorter = {
    ...(LastSentToInstance === undefined ? {} : { LastSentToInstance }),
    ReceivedFromInstance: { ...recent(ReceivedFromInstance, timestamp), [parent]: entry },
    ReceiveHorizon: ReceiveHorizon ?? new Date(instant(timestamp) - WINDOW_MS).toISOString(),
  };
}

/** Senders of the last half hour. Others are removed, so that the state does not grow without limit. */
function recent(
  received: SorterState["ReceivedFromInstance"],
  timestamp: string,
): NonNullable<SorterState["ReceivedFromInstance"]> {
  const horizon = instant(timestamp) - WINDOW_MS;
  return Object.fromEntries(
    Object.entries(received ?? {}).filter(([, { Last }]) => instant(Last) >= horizon),
  );
}

function instant(timestamp: string): number {
  return Date.parse(timestamp.endsWith("Z") ? timestamp : `${timestamp}Z`);
}
