import { Text } from "../../parts/text.tsx";
import type { Message } from "./messages.ts";

/** The width of this many lanes, which the style tells. */
export const lanesWide = (count: number) => `calc(var(--lane) * ${count})`;

interface ArrowProps {
  readonly message: Message;
  /** Indexes of the lanes. */
  readonly from: number;
  readonly to: number;
}

/** A message from one lane to another with its label, or a note on one lane. */
export function Arrow({ message, from, to }: ArrowProps) {
  const spoken = (
    <span class="unseen">
      <Text
        value={
          message.from === message.to ? message.from.title : `${message.from.title} to ${message.to.title}:`
        }
      />
    </span>
  );
  if (from === to) {
    return (
      <span class="note" style={{ left: lanesWide(from + 0.5) }}>
        {spoken}
        <Text value={message.label} most={60} />
      </span>
    );
  }
  const length = Math.abs(to - from);
  const direction = `${to > from ? "to-right" : "to-left"}${length > 1 ? " is-long" : ""}`;
  return (
    <span
      class={`arrow ${direction} arrow-${message.kind} about-${message.step.kind}`}
      style={{ left: lanesWide(Math.min(from, to) + 0.5), width: lanesWide(length) }}
    >
      {spoken}
      <span class="arrow-label">
        <Text value={message.label} most={80} />
      </span>
    </span>
  );
}
