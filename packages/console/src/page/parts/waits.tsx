import type { Wait } from "../../api/local-host-extras.ts";
import { Text } from "./text.tsx";
import { shortDuration } from "./time.tsx";

const LONGEST_NAME = 200;

/** For example `event go`, `timer in 2h`, `renderPhoto ×40`. */
export function waitText(
  { kind, name, count, due }: Pick<Wait, "kind" | "name" | "count" | "due">,
  now: number,
): string {
  const shown = name.length > LONGEST_NAME ? `${name.slice(0, LONGEST_NAME)}…` : name;
  const words = { event: `event ${shown}`, lock: `lock of ${shown}`, timer: timerText(due, now) };
  const text = kind in words ? words[kind as keyof typeof words] : shown;
  return count > 1 ? `${text} ×${count}` : text;
}

function timerText(due: string | undefined, now: number): string {
  const left = due === undefined ? Number.NaN : Date.parse(due) - now;
  if (Number.isNaN(left)) return "timer";
  return left > 0 ? `timer in ${shortDuration(left)}` : "timer that is due";
}

interface WaitsProps {
  readonly waits: readonly Pick<Wait, "kind" | "name" | "count" | "due">[];
  readonly now: number;
}

export function Waits({ waits, now }: WaitsProps) {
  return <Text value={waits.map((wait) => waitText(wait, now)).join(", ")} />;
}
