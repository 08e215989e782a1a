import type { Storage } from "../../src/storage/storage.ts";
import { type Plot, plotOf, type Series } from "../report/plot.ts";
import { quantileTexts, table } from "../report/table.ts";
import { timeAxis } from "../report/time-axis.ts";
import type { Invariant } from "../traffic/checks.ts";
import { invariantLines, verdict } from "../traffic/invariant-lines.ts";
import type { Acceptance } from "../traffic/traffic.ts";

/** What a part of the load test has found. */
export interface Part {
  /** In the names of its files. */
  readonly name: string;
  readonly title: string;
  readonly invariants: readonly Invariant[];
  /** Markdown. */
  readonly text: readonly string[];
  /** By what they show, for the names of their files. */
  readonly plots: Readonly<Record<string, Plot>>;
}

export interface LoadOptions {
  /** Folder of the built app. */
  readonly app: string;
  /** Gets task hub, log and the starts that were acknowledged. */
  readonly folder: string;
  /** Connection string of an emulator. */
  readonly storage: string;
  readonly seed: number;
  readonly onProgress?: ((text: string) => void) | undefined;
  /** Called when everything has ended, before it is compared. */
  readonly onQuiet?: ((storage: Storage) => Promise<void>) | undefined;
}

/** As long as the front end of Azure waits for an app, so that slow answers are counted and not given up. */
export const ANSWERS_WITHIN_MS = 230_000;
/** No wait is longer than all tries of the rescue. */
export const SETTLES_WITHIN_MS = 20 * 60_000;

/** How long the first answer to a start took, by pattern. */
export function latencies(acceptances: readonly Acceptance[]): string[] {
  const groups = Map.groupBy(acceptances, ({ pattern }) => pattern);
  const row = (name: string, each: readonly Acceptance[]) => [name, each.length, ...milliseconds(each)];
  return table(
    ["time to the 202", "starts", ...QUANTILES],
    [...[...groups].map(([name, each]) => row(name, each)), row("all", acceptances)],
  );
}

/** The headings of `milliseconds`. */
export const QUANTILES = ["p50", "p95", "p99", "max"] as const;

export const milliseconds = (acceptances: readonly Acceptance[]) =>
  quantileTexts(
    acceptances.map(({ ms }) => ms),
    "ms",
  );

/** A point for each start. */
export function latencyPlot(title: string, acceptances: readonly Acceptance[]): Plot {
  const from = Math.min(...acceptances.map(({ at }) => at));
  const { axis, place } = timeAxis(Math.max(...acceptances.map(({ at }) => at)) - from);
  const groups = Map.groupBy(acceptances, ({ pattern }) => pattern);
  const series = [...groups].map(([name, each]): Series => ({
    name,
    points: each.map(({ at, ms }) => [place(at - from), ms]),
  }));
  return { title, x: axis, y: { unit: "ms", isLog: true }, isLine: false, series };
}

/** What a reader must know first, a line each. */
export const loadSummary = (parts: readonly Part[], stoppedIn?: string): string[] => [
  ...parts.flatMap(({ name, invariants }) => verdict(invariants).map((line) => `${name}: ${line}`)),
  ...(stoppedIn === undefined ? [] : [`Stopped in "${stoppedIn}", which was not compared`]),
];

/** The report of all parts in Markdown, and its plots by file name. */
export function loadReport(
  parts: readonly Part[],
  {
    command,
    computer,
    stoppedIn,
  }: {
    readonly command: string;
    readonly computer: string;
    /** The part that was not finished. */
    readonly stoppedIn?: string | undefined;
  },
): { readonly markdown: string; readonly plots: Readonly<Record<string, string>> } {
  const plots: Record<string, string> = {};
  const markdown = [
    "# Load report",
    "",
    ...loadSummary(parts, stoppedIn).map((line) => `- ${line}.`),
    "",
    `Repeat it with \`${command}\`.`,
    "",
    `${computer}.`,
    "",
    ...parts.flatMap((part) => {
      const pictures = Object.entries(part.plots).flatMap(([what, plot]) => {
        const file = `load-${part.name}-${what}.svg`;
        plots[file] = plotOf(plot);
        return [`![${plot.title}](${file})`, ""];
      });
      return [`## ${part.title}`, "", ...part.text, "", ...pictures, ...invariantLines(part.invariants), ""];
    }),
  ];
  return { markdown: markdown.join("\n"), plots };
}
