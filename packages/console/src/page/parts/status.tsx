import { STATUSES } from "./statuses.ts";
import { visible } from "./text.tsx";

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
