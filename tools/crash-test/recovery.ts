import { type Plot } from "../report/plot.ts";
import { quantileTexts, table } from "../report/table.ts";
import { timeAxis } from "../report/time-axis.ts";
import { MOMENTS, type Moment } from "./plan.ts";
import type { DoneKill } from "./round.ts";

/** From the start of the process to the first progress, at most. */
const GOAL_MS = 1000;

/** How fast the hosts were back that were not killed again before. */
export function recoveryText(kills: readonly DoneKill[]): string[] {
  const all = kills.flatMap(({ recovery }) => recovery ?? []);
  const answers = all.map(({ servingMs }) => servingMs);
  const progress = all.flatMap(({ progressMs }) => progressMs ?? []);
  if (all.length === 0) {
    return [kills.length === 0 ? "No host was killed." : "No host answered before the next kill."];
  }
  const late = progress.filter((ms) => ms > GOAL_MS).length;
  const row = (what: string, values: readonly number[]) => [
    what,
    values.length,
    ...quantileTexts(values, "ms"),
  ];
  return [
    progress.length === 0
      ? "The first progress cannot be seen here."
      : `Goal: every host makes progress within ${GOAL_MS} ms. ` +
        (late === 0 ? "**Met.**" : `**Missed**: ${late} of ${progress.length} took longer.`),
    "",
    ...table(
      ["from the start of the process to", "hosts", "median", "p95", "p99", "max"],
      [row("the first answer", answers), row("the first progress", progress)],
    ),
    "",
    "Hosts that were killed again before their first answer are not in the table, and those that had nothing to do made no",
    "progress. A host goes on with its work while it opens its port, so progress often comes before the first answer.",
  ];
}

/** A point for each kill of the host: when it was, how long the next host took, and at which moment it was killed. */
export function recoveryPlot(kills: readonly DoneKill[]): Plot {
  const from = kills[0]?.at ?? 0;
  const { axis, place } = timeAxis((kills.at(-1)?.at ?? 0) - from);
  const points = kills.flatMap(({ at, moment, recovery }) => {
    const ms = recovery?.progressMs ?? recovery?.servingMs;
    return ms === undefined ? [] : [{ point: [place(at - from), ms] as const, moment }];
  });
  return {
    title: "From the start of the process to the first progress, by the time of the kill",
    x: axis,
    y: { unit: "ms" },
    isLine: false,
    goal: { value: GOAL_MS, name: "the goal" },
    series: (Object.keys(MOMENTS) as Moment[]).flatMap((moment) => {
      const own = points.filter((each) => each.moment === moment).map(({ point }) => point);
      return own.length === 0 ? [] : [{ name: `killed ${MOMENTS[moment]}`, points: own }];
    }),
  };
}
