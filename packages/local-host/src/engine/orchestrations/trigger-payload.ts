import type { TimerLimits } from "../replay/timers.ts";

/** Schema version V4, as the extension announces it. */
const VERSIONS = `"upperSchemaVersion":1,"upperSchemaVersionNew":3`;

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
  readonly timers: TimerLimits;
}): string {
  return (
    `{"history":[${parts.events}],"input":${parts.input ?? "null"},` +
    `"instanceId":${JSON.stringify(parts.instanceId)},"isReplaying":${parts.isReplaying},` +
    `"parentInstanceId":${JSON.stringify(parts.parentInstanceId)},` +
    `"sourceInstanceId":${JSON.stringify(parts.sourceInstanceId)},${VERSIONS},` +
    `"longRunningTimerIntervalDuration":"${timeSpan(parts.timers.longRunningTimerIntervalLength)}",` +
    `"maximumShortTimerDuration":"${timeSpan(parts.timers.maximumDelayTime)}",` +
    `"defaultHttpAsyncRequestSleepTimeMillseconds":${parts.httpSleepMs}}`
  );
}

/** A time span of whole seconds as .NET writes it: `3.00:00:00`, `00:01:00`. */
function timeSpan(milliseconds: number): string {
  const seconds = Math.trunc(milliseconds / 1000);
  const days = Math.trunc(seconds / 86_400);
  const time = new Date((seconds % 86_400) * 1000).toISOString().slice(11, 19);
  return days > 0 ? `${days}.${time}` : time;
}
