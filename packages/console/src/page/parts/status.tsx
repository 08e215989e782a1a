import type { Outcome } from "./outcome.ts";
import { STATUSES } from "./statuses.ts";
import { Text, visible } from "./text.tsx";

interface StatusProps {
  readonly value: string;
  /** What the result of a completed instance says. */
  readonly outcome?: Outcome | undefined;
}

/** Also the shape differs, for people who do not see the colours. */
export function Status({ value, outcome }: StatusProps) {
  const known = STATUSES.find((status) => status === value) ?? "Running";
  return (
    <span class={`status status-${known.toLowerCase()}${outcome === undefined ? "" : ` is-${outcome.tone}`}`}>
      <span class="status-mark" aria-hidden="true" />
      {visible(value.slice(0, 20))}
      {outcome !== undefined && (
        <span class="outcome">
          <Text value={outcome.word} />
        </span>
      )}
    </span>
  );
}
