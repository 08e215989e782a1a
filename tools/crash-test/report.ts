import { table } from "../report/table.ts";
import { invariantLines, verdict } from "../traffic/invariant-lines.ts";
import { PATTERNS } from "../traffic/processes.ts";
import type { Campaign } from "./campaign.ts";
import { MOMENTS } from "./plan.ts";
import { recoveryText } from "./recovery.ts";
import type { DoneKill } from "./round.ts";

/** What makes the same kills and the same load again, of all rounds or of one. */
interface Plan {
  readonly seed: number;
  readonly kills: number;
}

export interface Surroundings {
  readonly plan: Plan;
  /** The command that repeats a plan. */
  readonly commandFor: (plan: Plan) => string;
  /** What figures depend on. */
  readonly measuredOn: string;
  /** File of the plot of recoveries. */
  readonly plot: string;
}

/** The report of a campaign in Markdown; the plot is beside it. */
export function reportOf(campaign: Campaign, { plan, commandFor, measuredOn, plot }: Surroundings): string {
  const { kills, invariants, brokenBy, description } = campaign;
  return [
    "# Crash report",
    "",
    `${count(kills, "host")} kills of the host and ${count(kills, "worker")} of the worker (SIGKILL) of ${description}, ` +
      "under a mixed load of all patterns.",
    "",
    ...summary(campaign).map((line) => `- ${line}.`),
    "",
    `Repeat it with \`${commandFor(plan)}\`: the same seed makes the same plan of kills and the same load.`,
    ...(brokenBy ? ["", `The round that broke it: \`${commandFor(brokenBy)}\``] : []),
    "",
    `${measuredOn}.`,
    "",
    "## Invariants",
    "",
    ...invariantLines(invariants),
    "",
    "## Recovery",
    "",
    ...recoveryText(campaign),
    "",
    `![Time from the start of the process to the first progress, for each kill](${plot})`,
    "",
    "## Kills by moment",
    "",
    "What was open at the moment of a kill, on average.",
    "",
    ...moments(kills),
    "",
    "## Activities that ran again",
    "",
    "Called and not answered when the host was killed, so called again afterwards. Every effect of theirs has a key: the",
    "invariants show that each happened once.",
    "",
    ...figures(campaign, "repeated", ["activity", "calls"], "all"),
    "",
    "## Effects, counted in the outside systems",
    "",
    ...figures(campaign, "effects", ["effect", "number"]),
    "",
    "## Starts that were acknowledged",
    "",
    ...figures(campaign, "started", ["pattern", "starts"], "all"),
    "",
    "## How they ended",
    "",
    ...figures(campaign, "ended", ["pattern and end", "processes"], "all"),
    "",
    "## What callers saw",
    "",
    ...figures(campaign, "callers", ["what", "number"]),
    "",
  ].join("\n");
}

/** What a reader must know first, a line each. */
export function summary(campaign: Campaign): string[] {
  const { invariants, isStopped, failure } = campaign;
  const unused = PATTERNS.filter((pattern) => !(`started: ${pattern}` in campaign.figures));
  return [
    ...verdict(invariants),
    ...(isStopped ? ["Stopped early: the kills of the last round are counted, but it was not compared"] : []),
    ...(failure === undefined ? [] : [`Ended early, and the last round was not compared: ${failure}`]),
    ...(invariants.length > 0 && unused.length > 0 ? [`Patterns never started: ${unused.join(", ")}`] : []),
  ];
}

const count = (kills: readonly DoneKill[], target: "host" | "worker") =>
  kills.filter((kill) => kill.target === target).length;

function moments(kills: readonly DoneKill[]): string[] {
  const groups = Map.groupBy(kills, ({ target, moment }) => `${target}: ${MOMENTS[moment]}`);
  const rows = [...groups].map(([name, each]) => {
    const flights = each.flatMap(({ inFlight }) => inFlight ?? []);
    const mean = (of: (kill: (typeof flights)[number]) => Readonly<Record<string, number>>) =>
      flights.length === 0
        ? "–"
        : (sum(flights.flatMap((flight) => Object.values(of(flight)))) / flights.length).toFixed(1);
    const requests = sum(each.map(({ openRequests }) => openRequests)) / each.length;
    return [
      name,
      each.length,
      requests.toFixed(1),
      mean(({ activities }) => activities),
      mean(({ instances }) => instances),
    ];
  });
  return table(["kills of", "kills", "open requests", "open activities", "open instances"], rows);
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

/** @param all name of the sum, if there is a sense in it */
function figures(
  { figures }: Campaign,
  prefix: string,
  heading: readonly [string, string],
  all?: string,
): string[] {
  const rows = Object.entries(figures)
    .filter(([name]) => name.startsWith(`${prefix}: `))
    .map(([name, value]) => [name.slice(prefix.length + 2), value] as const)
    .toSorted(([, a], [, b]) => b - a);
  if (rows.length === 0) return [Object.keys(figures).length === 0 ? "Not compared." : "None."];
  return table(heading, [
    ...rows,
    ...(all === undefined ? [] : [[all, sum(rows.map(([, value]) => value))] as const]),
  ]);
}
