import { plotOf } from "../report/plot.ts";
import { quantile } from "../report/table.ts";
import { MOMENTS, type Moment } from "./plan.ts";
import type { DoneKill } from "./round.ts";

const GOAL_MS = 1000;

/** A point for each kill of the host: when it was, how long the next host took, and at which moment it was killed. */
export function recoveryPlot(kills: readonly DoneKill[]): string {
  const from = kills[0]?.at ?? 0;
  const points = kills.flatMap(({ at, moment, recovery }) => {
    const ms = recovery?.progressMs ?? recovery?.servingMs;
    return ms === undefined ? [] : [{ point: [(at - from) / 60_000, ms] as const, moment }];
  });
  const at = (share: number) =>
    Math.round(
      quantile(
        points.map(({ point: [, ms] }) => ms),
        share,
      ),
    );
  return plotOf({
    title: `From the start of the process to the first progress: median ${at(0.5)} ms, p95 ${at(0.95)} ms`,
    x: { unit: "min" },
    y: { unit: "ms" },
    isLine: false,
    goal: GOAL_MS,
    series: (Object.keys(MOMENTS) as Moment[]).flatMap((moment) => {
      const own = points.filter((each) => each.moment === moment).map(({ point }) => point);
      return own.length === 0 ? [] : [{ name: `killed ${MOMENTS[moment]}`, points: own }];
    }),
  });
}
