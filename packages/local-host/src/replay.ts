/**
 * Replays episodes of recorded executions on an app's code, without a task hub. Tools for histories use this part of
 * the host.
 */
export {
  EventType,
  type HistoryEvent,
  isScheduled,
  OrchestrationStatus,
  type ScheduledEvent,
} from "./engine/history/events.ts";
export type { Completion, ScheduledWork } from "./engine/history/scheduled-work.ts";
export { ActionType, type Action } from "./engine/replay/actions.ts";
export { loadApp } from "./app/load-app.ts";
export { AppError } from "./app/app-error.ts";
export type { LoadedApp } from "./app/loaded-app.ts";
export type { LogRecord } from "./invocation/log.ts";
export { type Execution, type ReplayedEpisode, Replayer } from "./replayer.ts";
export { firstDifference } from "./engine/replay/replayed-actions.ts";
