import type { Op, Seen } from "./waits-fixture/contracts.ts";

/** An event that is raised, and its time in milliseconds from the start. */
export interface Raised {
  readonly event: "a" | "b";
  readonly at: number;
  readonly value: string;
}

/** The expected results with one clock and a list of events, and the number of timers of the plain SDK. */
export function waitModel(ops: readonly Op[], events: readonly Raised[]): { seen: Seen[]; timers: number } {
  const waiting = {
    a: events.filter(({ event }) => event === "a"),
    b: events.filter(({ event }) => event === "b"),
  };
  const seen: Seen[] = [];
  let [now, timers] = [0, 0];
  /** The next event if it arrives before `due`; otherwise waits until then. */
  const next = (event: "a" | "b", due: number): boolean => {
    const [first] = waiting[event];
    const isThere = first !== undefined && first.at <= now;
    timers++;
    if (!first || (first.at > due && !isThere)) {
      now = Math.max(now, due);
      seen.push(["due", now]);
      return false;
    }
    waiting[event].shift();
    now = Math.max(now, first.at);
    seen.push([first.value, now]);
    return true;
  };
  for (const op of ops) {
    if (op.kind === "work") seen.push(["work", now]);
    else if (op.kind === "sleep") {
      timers++;
      now += op.length;
      seen.push(["sleep", now]);
    } else if (op.kind !== "rest") {
      const due = now + op.length;
      while (next(op.event, due) && op.kind !== "race");
    }
  }
  return { seen, timers };
}
