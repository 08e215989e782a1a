import * as fc from "fast-check";
import { EVENTS } from "./program.ts";

/** What happens to the instances of a program from outside. Numbers select from what exists at that time. */
export type Happening =
  /** Ends one running activity, or all in order. */
  | { readonly do: "finish"; readonly which: number }
  | { readonly do: "finishAll" }
  /** Sends an event, or the same event several times at once. */
  | { readonly do: "raise"; readonly to: number; readonly event: string; readonly times: number }
  | { readonly do: "suspend" | "resume" | "terminate" | "rewind"; readonly to: number }
  /** Adds to the shared counter, as a client does. */
  | { readonly do: "signal"; readonly n: number }
  /** Moves time to the next due timer, or by seconds. */
  | { readonly do: "nextTimer" }
  | { readonly do: "pass"; readonly seconds: number }
  /** The host stops, and starts again later. */
  | { readonly do: "beDown"; readonly seconds: number }
  /** Ends the worker while activities run. */
  | { readonly do: "killWorker" };

export interface Schedule {
  readonly happenings: readonly Happening[];
  /**
   * For the start, each happening, and what follows until the program has ended: after how many commits the engine
   * crashes; null for no crash.
   */
  readonly crashes: readonly (number | null)[];
  /** In the same way: after how many calls of orchestrators and entities their worker dies. */
  readonly deaths: readonly (number | null)[];
}

const to = fc.nat({ max: 3 });

/** Longer than one sleep; ten in a row before it stay below six days: see the seconds of a program. */
const LONG_SECONDS = 40_000;

const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("finish" as const), which: fc.nat({ max: 3 }) }) },
  { weight: 2, arbitrary: fc.constant({ do: "finishAll" } as const) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constant("raise" as const),
      to,
      event: fc.constantFrom(...EVENTS),
      times: fc.constantFrom(1, 1, 2),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("suspend" as const), to }) },
  // Most find nothing that is suspended.
  { weight: 4, arbitrary: fc.record({ do: fc.constant("resume" as const), to }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("terminate" as const), to }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("rewind" as const), to }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant("signal" as const), n: fc.integer({ min: 1, max: 9 }) }),
  },
  { weight: 4, arbitrary: fc.constant({ do: "nextTimer" } as const) },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      seconds: fc.constantFrom(1, 10, 100, LONG_SECONDS),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant("beDown" as const),
      seconds: fc.constantFrom(10, 4000, LONG_SECONDS),
    }),
  },
  { weight: 1, arbitrary: fc.constant({ do: "killWorker" } as const) },
);

const faults = fc.array(fc.option(fc.nat({ max: 4 }), { freq: 2 }), { maxLength: 16 });
const happenings = fc.array(happening, { maxLength: 10 });
const none = fc.constant([]);

export const withCrashes: fc.Arbitrary<Schedule> = fc.record({ happenings, crashes: faults, deaths: none });
export const withDeaths: fc.Arbitrary<Schedule> = fc.record({
  happenings,
  crashes: fc.oneof(none, faults),
  deaths: faults,
});

export function scheduleText({ happenings, crashes, deaths }: Schedule): string {
  const whats = ["start", ...happenings.map(happeningText)];
  const steps = Math.max(whats.length, crashes.length, deaths.length);
  return Array.from({ length: steps }, (_, i) => {
    const crash = faultText("crash", crashes[i], "commits");
    return `- ${whats[i] ?? "continue to the end"}${crash}${faultText("the worker dies", deaths[i], "calls")}`;
  }).join("\n");
}

function faultText(what: string, after: number | null | undefined, unit: string): string {
  return after === null || after === undefined ? "" : `, ${what} after ${after} ${unit}`;
}

function happeningText(happening: Happening): string {
  switch (happening.do) {
    case "finish":
      return `finish activity ${happening.which}`;
    case "raise":
      return `raise event ${happening.event} to instance ${happening.to}${happening.times > 1 ? " twice" : ""}`;
    case "signal":
      return `signal entity shared: add ${happening.n}`;
    case "pass":
      return `${happening.seconds} s pass`;
    case "beDown":
      return `the host is down for ${happening.seconds} s`;
    case "finishAll":
      return "finish all activities";
    case "nextTimer":
      return "until the next timer";
    case "killWorker":
      return "kill the worker";
    default:
      return `${happening.do} instance ${happening.to}`;
  }
}
