import { type Plot } from "../report/plot.ts";
import { quantileTexts, table } from "../report/table.ts";
import { timeAxis } from "../report/time-axis.ts";
import { MOMENTS, type Moment } from "./plan.ts";
import type { Campaign } from "./campaign.ts";

type Recovered = Pick<Campaign, "kills" | "progressGoalMs">;

/** How fast the hosts were back that were not killed again before. */
export function recoveryText({ kills, progressGoalMs }: Recovered): string[] {
  const all = kills.flatMap(({ recovery }) => recovery ?? []);
  const answers = all.map(({ servingMs }) => servingMs);
  const progress = all.flatMap(({ progressMs }) => progressMs ?? []);
  if (all.length === 0) {
    return [kills.length === 0 ? "No host was killed." : "No host answered before the next kill."];
  }
  const row = (what: string, values: readonly number[]) => [
    what,
    values.length,
    ...quantileTexts(values, "ms"),
  ];
  return [
    progress.length === 0 ? "The first progress cannot be seen here." : goalText(progress, progressGoalMs),
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

function goalText(progress: readonly number[], goalMs: number | undefined): string {
  if (goalMs === undefined)
    return "There is no goal for this host: it also waits for the leases of the dead one.";
  const late = progress.filter((ms) => ms > goalMs).length;
  return (
    `Goal: every host makes progress within ${goalMs} ms. ` +
    (late === 0 ? "**Met.**" : `**Missed**: ${late} of ${progress.length} took longer.`)
  );
}

/** A point for each kill of the host: when it was, how long the next host took, and at which moment it was killed. */
export function recoveryPlot({ kills, progressGoalMs }: Recovered): Plot {
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
    ...(progressGoalMs === undefined ? {} : { goal: { value: progressGoalMs, name: "the goal" } }),
    series: (Object.keys(MOMENTS) as Moment[]).flatMap((moment) => {
      const own = points.filter((each) => each.moment === moment).map(({ point }) => point);
      return own.length === 0 ? [] : [{ name: `killed ${MOMENTS[moment]}`, points: own }];
    }),
  };
}
