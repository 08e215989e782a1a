/** The host as a library: load an app, serve it, read its task hub. For tests see `durable-local-host/testing`. */
export { AppError } from "./app/app-error.ts";
export { loadApp, type LoadOptions } from "./app/load-app.ts";
export type { LoadedApp } from "./app/loaded-app.ts";
export { type Clock, SystemClock } from "./clock.ts";
export { EventType, type HistoryEvent, OrchestrationStatus } from "./engine/history/events.ts";
export type { EngineSettings } from "./engine/settings.ts";
export type { EntityRecord, InstanceFilter, TaskHub } from "./engine/task-hub.ts";
export type { EntityId } from "./engine/history/entity-id.ts";
export type { Instance, RuntimeStatus } from "./stores/instance.ts";
export { TaskHubError } from "./engine/task-hub.ts";
export type { ConsoleAccess, ConsoleChange, ConsoleHistory } from "./console/console-access.ts";
export type { ConsoleFactory, MountedConsole } from "./console/installed-console.ts";
export { createLocalHost, type LocalHost, type LocalHostOptions } from "./host.ts";
export type { LogRecord, LogSink } from "./invocation/log.ts";
export { MemoryStore } from "./stores/memory-store.ts";
export { SqliteStore } from "./stores/sqlite-store.ts";
export { type Store, StoreError } from "./stores/store.ts";
export { VirtualClock } from "./virtual-clock.ts";
