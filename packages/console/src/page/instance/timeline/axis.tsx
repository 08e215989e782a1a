import type { Tick } from "./ticks.ts";

/** The labels above the bars. */
export function Axis({ ticks }: { readonly ticks: readonly Tick[] }) {
  return (
    <>
      {ticks.map(({ at, size = 0, label, kind }) => (
        <span
          key={`${kind} ${at}`}
          class={`tick tick-${kind}`}
          style={{ left: percent(kind === "fold" ? at + size / 2 : at) }}
        >
          {label}
        </span>
      ))}
    </>
  );
}

/** The lines and the folded parts behind the bars, and where now is. */
export function Lines({ ticks, now }: { readonly ticks: readonly Tick[]; readonly now: number | undefined }) {
  return (
    <div class="axis-lines" aria-hidden="true">
      {ticks.map(({ at, size = 0, kind }) => (
        <span
          key={`${kind} ${at}`}
          class={kind === "fold" ? "fold" : "axis-line"}
          style={{ left: percent(at), ...(kind === "fold" && { width: percent(size) }) }}
        />
      ))}
      {now !== undefined && now >= 0 && now <= 1 && (
        <span class="axis-line now" style={{ left: percent(now) }} />
      )}
    </div>
  );
}

const percent = (share: number) => `${(share * 100).toFixed(3)}%`;
