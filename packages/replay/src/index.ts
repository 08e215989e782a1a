/** Replays histories on an app's code, for tests and tools. For the command line, see `durable-replay --help`. */
export { AppError, EventType, type HistoryEvent, type LoadedApp } from "durable-local-host/replay";
export type { Outcome, SourcePosition } from "./core/call-sites.ts";
export { check, type CheckedInstance, Gate, isBroken, type Verdict } from "./core/check.ts";
export type { Call, Difference } from "./core/compare.ts";
export {
  type History,
  type HistoryFilter,
  type HistorySource,
  type NotStarted,
  SourceError,
  type Unreadable,
} from "./core/history.ts";
export { loadAppForReplay } from "./core/load-app.ts";
export { type Episode, type OrchestratorCall, replay, type ReplayOptions } from "./core/replay.ts";
export { withClock } from "./core/with-clock.ts";
export { callText, instanceText } from "./report/text.ts";
export { remedyFor } from "./report/remedy.ts";
export { historyFiles, historyFileText } from "./sources/history-files.ts";
export { historyOf } from "./sources/hub-history.ts";
export { localStore } from "./sources/local-store.ts";
export { storageTaskHub, type StorageTaskHub } from "./sources/storage-account.ts";
