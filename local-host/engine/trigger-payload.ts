/** Schema versions and timer limits as the extension announces them: V4, and Azure Storage's 6 and 3 days. */
const CONSTANTS =
  `"upperSchemaVersion":1,"upperSchemaVersionNew":3,"longRunningTimerIntervalDuration":"3.00:00:00",` +
  `"maximumShortTimerDuration":"6.00:00:00","defaultHttpAsyncRequestSleepTimeMillseconds":`;

/**
 * JSON text of an orchestration trigger. `events` are the texts of the whole history joined with commas,
 * `input` is JSON text.
 */
export function triggerPayload(parts: {
  readonly events: string;
  readonly input: string | null;
  readonly instanceId: string;
  readonly isReplaying: boolean;
  readonly parentInstanceId: string | null;
  readonly sourceInstanceId: string | null;
  readonly httpSleepMs: number;
}): string {
  return (
    `{"history":[${parts.events}],"input":${parts.input ?? "null"},` +
    `"instanceId":${JSON.stringify(parts.instanceId)},"isReplaying":${parts.isReplaying},` +
    `"parentInstanceId":${JSON.stringify(parts.parentInstanceId)},` +
    `"sourceInstanceId":${JSON.stringify(parts.sourceInstanceId)},${CONSTANTS}${parts.httpSleepMs}}`
  );
}
