import { EventType, type HistoryEvent, OrchestrationStatus } from "durable-local-host/replay";

/**
 * A row of `<Hub>History` by column. Values are as the table service returns them: strings, numbers, booleans, times.
 */
export type Row = Readonly<Record<string, unknown>>;

/**
 * Columns that contain JSON, which the SDK receives as parsed values. All other columns contain strings, numbers and
 * booleans.
 */
const JSON_COLUMNS = new Set([
  "OrchestrationInstance",
  "ParentInstance",
  "ParentTraceContext",
  "Tags",
  "FailureDetails",
  "Correlation",
]);

const NOT_OF_THE_EVENT = new Set([
  "partitionKey",
  "rowKey",
  "timestamp",
  "etag",
  "_Timestamp",
  "ExecutionId",
]);

/** The suffix of the column that contains the blob name of a value that is too large for a table. */
const BLOB_SUFFIX = "BlobName";

/**
 * Converts a row of the Azure Storage provider's history table to an event as the extension passes it to the SDK.
 *
 * @param largeText reads the text of a blob with a large value
 */
export async function eventOfRow(
  row: Row,
  largeText: (blob: string) => Promise<string>,
): Promise<HistoryEvent> {
  const event: Record<string, unknown> = {};
  for (const [column, value] of Object.entries(row)) {
    if (NOT_OF_THE_EVENT.has(column)) continue;
    if (column.endsWith(BLOB_SUFFIX)) {
      const name = column.slice(0, -BLOB_SUFFIX.length);
      event[name] = valueOf(name, await largeText(String(value)));
    } else event[column] ??= valueOf(column, value);
  }
  // A time with full precision: the reader requests strings from the table service.
  event["Timestamp"] = String(row["_Timestamp"]);
  event["IsPlayed"] = false;
  for (const column of WITH_NULL[event["EventType"] as number] ?? []) event[column] ??= null;
  return event as unknown as HistoryEvent;
}

/** Columns that the table omits if they are null. */
const WITH_NULL: Readonly<Record<number, readonly string[]>> = {
  [EventType.ExecutionStarted]: ["ParentInstance", "Version", "Input"],
  [EventType.ExecutionCompleted]: ["Result", "FailureDetails"],
  [EventType.ExecutionTerminated]: ["Input"],
  [EventType.TaskScheduled]: ["Input"],
  [EventType.TaskCompleted]: ["Result"],
  [EventType.TaskFailed]: ["Details", "FailureDetails"],
  [EventType.SubOrchestrationInstanceCreated]: ["Version", "Input"],
  [EventType.SubOrchestrationInstanceCompleted]: ["Result"],
  [EventType.SubOrchestrationInstanceFailed]: ["Reason", "Details", "FailureDetails"],
  [EventType.EventRaised]: ["Input"],
  [EventType.GenericEvent]: ["Data"],
  [EventType.ExecutionSuspended]: ["Reason"],
  [EventType.ExecutionResumed]: ["Reason"],
};

const TYPES = new Map<string, number>(Object.entries(EventType));
const STATUSES = new Map<string, number>(Object.entries(OrchestrationStatus));

function valueOf(column: string, value: unknown): unknown {
  if (column === "EventType") return TYPES.get(String(value)) ?? value;
  if (column === "OrchestrationStatus") return STATUSES.get(String(value)) ?? value;
  if (JSON_COLUMNS.has(column) && typeof value === "string") return JSON.parse(value);
  return value;
}
