import type { RuntimeStatus } from "../../api/management-api.ts";
import { visible } from "./text.tsx";

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

/** Also the shape differs, for people who do not see the colours. */
export function Status({ value }: { readonly value: string }) {
  const known = STATUSES.find((status) => status === value) ?? "Running";
  return (
    <span class={`status status-${known.toLowerCase()}`}>
      <span class="status-mark" aria-hidden="true" />
      {visible(value.slice(0, 20))}
    </span>
  );
}
