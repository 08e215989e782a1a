import type { InstanceStatus } from "../../../api/management-api.ts";
import { fieldOf, textOf } from "../steps/event-fields.ts";

/** So many are kept, with at most so many events. */
const MOST_KEPT = 20;
const MOST_EVENTS = 20_000;

/** What the API tells of an instance when it continues as new, and what the page has seen before. */
export interface Generations {
  /** Those that ended while the page was watching, oldest first. */
  readonly earlier: readonly InstanceStatus[];
  /** Whether there are some that the page has not seen. */
  readonly hasUnseen: boolean;
}

/** @param last what the page knew before */
export function withNext(
  last: InstanceStatus | undefined,
  earlier: readonly InstanceStatus[],
  instance: InstanceStatus,
): Generations {
  const start = startOf(instance);
  // Only a child and what was continued have no number.
  const isContinued = start !== undefined && fieldOf(start, "Generation") === null;
  const isOther =
    last !== undefined &&
    start !== undefined &&
    textOf(startOf(last) ?? start, "Timestamp") !== textOf(start, "Timestamp");
  const kept =
    isOther && isContinued ? limited([...earlier, endedAt(last, textOf(start, "Timestamp"))]) : earlier;
  return {
    earlier: kept,
    hasUnseen: isContinued && instance.parentInstanceId === undefined && kept.length === 0,
  };
}

const startOf = ({ historyEvents = [] }: InstanceStatus) =>
  historyEvents.find(({ EventType }) => EventType === "ExecutionStarted");

/** The page may have missed its last events. */
const endedAt = (instance: InstanceStatus, lastUpdatedTime: string): InstanceStatus => ({
  ...instance,
  runtimeStatus: "Completed",
  lastUpdatedTime,
});

function limited(generations: readonly InstanceStatus[]): readonly InstanceStatus[] {
  let events = 0;
  return generations
    .slice(-MOST_KEPT)
    .toReversed()
    .filter(({ historyEvents = [] }) => (events += historyEvents.length) <= MOST_EVENTS)
    .toReversed();
}
