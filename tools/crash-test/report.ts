import { quantile, table } from "../report/table.ts";
import { invariantLines } from "../traffic/invariant-lines.ts";
import type { Campaign } from "./campaign.ts";
import { MOMENTS } from "./plan.ts";
import type { DoneKill } from "./round.ts";

/** What makes the same kills and the same load again, of all rounds or of one. */
interface Plan {
  readonly seed: number;
  readonly kills: number;
}

/**
 * The report of a campaign in Markdown; the plot is beside it.
 *
 * @param commandFor the command that repeats a plan
 */
export function reportOf(
  campaign: Campaign,
  plan: Plan,
  commandFor: (plan: Plan) => string,
  plot: string,
): string {
  const { kills, invariants, brokenBy, description, isStopped } = campaign;
  const isBroken = brokenBy !== undefined;
  return [
    "# Crash report",
    "",
    `${count(kills, "host")} kills of the host and ${count(kills, "worker")} of the worker (SIGKILL) of ${description}, ` +
      `under a mixed load of all patterns. ${isBroken ? "**An invariant is broken.**" : "Every invariant held."}`,
    "",
    `Repeat it with \`${commandFor(plan)}\`: the same seed makes the same plan of kills and the same load.`,
    ...(isStopped
      ? ["", "**Stopped early**: the kills of the last round are counted, but it was not compared."]
      : []),
    ...(brokenBy ? ["", `The round that broke it: \`${commandFor(brokenBy)}\``] : []),
    "",
    "## Invariants",
    "",
    ...invariantLines(invariants),
    "",
    "## Recovery",
    "",
    ...recovery(kills),
    "",
    `![Time from the start of the process to the first progress, for each kill](${plot})`,
    "",
    "## Kills by moment",
    "",
    ...moments(kills),
    "",
    ...section(campaign, "repeated", "Activities that ran again", [
      "Called and not answered when the host was killed, so called again afterwards. Every effect of theirs has a key: the",
      "invariants show that each happened once.",
    ]),
    ...section(campaign, "effects", "Effects, counted in the outside systems"),
    ...section(campaign, "started", "Starts that were acknowledged"),
    ...section(campaign, "ended", "How they ended"),
    ...section(campaign, "callers", "What callers saw"),
  ].join("\n");
}

const count = (kills: readonly DoneKill[], target: "host" | "worker") =>
  kills.filter((kill) => kill.target === target).length;

/** Start-up and first progress of the hosts that were not killed again before. */
function recovery(kills: readonly DoneKill[]): string[] {
  const all = kills.flatMap(({ recovery }) => recovery ?? []);
  const row = (what: string, values: readonly number[]) => [
    what,
    values.length,
    ...[0.5, 0.95, 1].map((share) => `${Math.round(quantile(values, share))} ms`),
  ];
  const progress = all.flatMap(({ progressMs }) => progressMs ?? []);
  return table(
    ["from the start of the process to", "hosts", "median", "p95", "max"],
    [
      row(
        "the first answer",
        all.map(({ servingMs }) => servingMs),
      ),
      row("the first progress", progress),
    ],
  );
}

function moments(kills: readonly DoneKill[]): string[] {
  const groups = Map.groupBy(kills, ({ target, moment }) => `${target}: ${MOMENTS[moment]}`);
  const rows = [...groups].map(([name, each]) => {
    const flights = each.flatMap(({ inFlight }) => inFlight ?? []);
    const mean = (of: (kill: (typeof flights)[number]) => Readonly<Record<string, number>>) =>
      flights.length === 0
        ? ""
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

function section(
  { figures }: Campaign,
  prefix: string,
  title: string,
  text: readonly string[] = [],
): string[] {
  const rows = Object.entries(figures)
    .filter(([name]) => name.startsWith(`${prefix}: `))
    .map(([name, value]) => [name.slice(prefix.length + 2), value] as const)
    .toSorted(([, a], [, b]) => b - a);
  const all = sum(rows.map(([, value]) => value));
  return [`## ${title}`, "", ...(text.length > 0 ? [...text, ""] : []), ...table(["", `${all}`], rows), ""];
}
