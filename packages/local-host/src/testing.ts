/** A host for tests: virtual time, control over activities, and crashes on demand. */
export type { ActivityCall, ActivityControl, HeldCall } from "./testing/activity-control.ts";
export { type HistoryRow, historyRows, historyTable } from "./testing/history-table.ts";
export { createTestHost, type TestHost, type TestHostOptions, type TimeSpan } from "./testing/test-host.ts";
export type { TestEntity } from "./testing/test-entity.ts";
export type { InstanceView, TestInstance } from "./testing/test-instance.ts";
