import type { RuntimeStatus } from "../../api/management-api.ts";

export const STATUSES: readonly RuntimeStatus[] = [
  "Pending",
  "Running",
  "Suspended",
  "Completed",
  "Failed",
  "Terminated",
  "Canceled",
];

const ENDED: ReadonlySet<string> = new Set(["Completed", "Failed", "Terminated", "Canceled"]);

export const isEnded = (status: string) => ENDED.has(status);
