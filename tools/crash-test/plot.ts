import { MOMENTS, type Moment } from "./plan.ts";
import { quantile } from "./report.ts";
import type { DoneKill } from "./round.ts";

const [WIDTH, HEIGHT] = [900, 360];
const MARGIN = { left: 64, right: 16, top: 56, bottom: 44 };
const GOAL_MS = 1000;
const LETTER_WIDTH = 6.5;

/** Readable on light and on dark pages. */
const STYLE = `
  text { font: 13px system-ui, sans-serif; fill: #333 } .axis { stroke: #999 } .grid { stroke: #ddd }
  .goal { stroke: #c0392b; stroke-dasharray: 6 4 } circle { opacity: 0.75 }
  .anyTime { fill: #1f77b4 } .afterAcknowledgement { fill: #d35400 } .duringCommit { fill: #1e8449 }
  .duringRecovery { fill: #8e44ad }
  @media (prefers-color-scheme: dark) {
    text { fill: #ddd } .grid { stroke: #444 } .goal { stroke: #ff8a80 }
    .anyTime { fill: #6cb4ee } .afterAcknowledgement { fill: #f5a25d } .duringCommit { fill: #58d68d }
    .duringRecovery { fill: #c39bd3 }
  }`;

/** A point for each kill of the host: when it was, how long the next host took, and at which moment it was killed. */
export function plotOf(kills: readonly DoneKill[]): string {
  const from = kills[0]?.at ?? 0;
  const points = kills.flatMap(({ at, moment, recovery }) => {
    const ms = recovery?.progressMs ?? recovery?.servingMs;
    return ms === undefined ? [] : [{ minutes: (at - from) / 60_000, ms, moment }];
  });
  const times = points.map(({ ms }) => ms);
  const lastMinute = Math.max(1, ...points.map(({ minutes }) => minutes));
  const highest = Math.max(GOAL_MS * 1.2, ...times);
  const x = (minutes: number) => MARGIN.left + (minutes / lastMinute) * (WIDTH - MARGIN.left - MARGIN.right);
  const y = (ms: number) => HEIGHT - MARGIN.bottom - (ms / highest) * (HEIGHT - MARGIN.top - MARGIN.bottom);
  const at = (value: number) => value.toFixed(1);
  const across = (ms: number, kind: string) =>
    `<line class="${kind}" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${at(y(ms))}" y2="${at(y(ms))}"/>`;
  const label = (left: number, top: number, text: string, anchor = "middle") =>
    `<text x="${at(left)}" y="${at(top)}" text-anchor="${anchor}">${text}</text>`;
  const median = Math.round(quantile(times, 0.5));
  const p95 = Math.round(quantile(times, 0.95));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img">`,
    `<title>Recovery of ${points.length} hosts: median ${median} ms, p95 ${p95} ms</title>`,
    `<style>${STYLE}</style>`,
    label(
      MARGIN.left,
      18,
      `From the start of the process to the first progress: median ${median} ms, p95 ${p95} ms`,
      "start",
    ),
    ...legend(points.map(({ moment }) => moment)),
    ...ticks(highest).flatMap((ms) => [
      across(ms, "grid"),
      label(MARGIN.left - 8, y(ms) + 4, `${ms} ms`, "end"),
    ]),
    ...ticks(lastMinute).map((minute) => label(x(minute), HEIGHT - MARGIN.bottom + 20, `${minute} min`)),
    across(0, "axis"),
    across(GOAL_MS, "goal"),
    ...points.map(
      ({ minutes, ms, moment }) =>
        `<circle class="${moment}" cx="${at(x(minutes))}" cy="${at(y(ms))}" r="3.5"/>`,
    ),
    "</svg>\n",
  ].join("\n");
}

function legend(moments: readonly Moment[]): string[] {
  const shown = (Object.keys(MOMENTS) as Moment[]).filter((moment) => moments.includes(moment));
  let left = MARGIN.left;
  return shown.flatMap((moment) => {
    const text = `killed ${MOMENTS[moment]}`;
    const entry = [
      `<circle class="${moment}" cx="${left + 5}" cy="36" r="4"/>`,
      `<text x="${left + 14}" y="40">${text}</text>`,
    ];
    left += 36 + text.length * LETTER_WIDTH;
    return entry;
  });
}

/** Up to eight round numbers from 0. */
function ticks(highest: number): number[] {
  const rough = highest / 8;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((times) => times * power >= rough) ?? 10) * power;
  return Array.from({ length: Math.floor(highest / step) + 1 }, (_, index) =>
    Number((index * step).toFixed(3)),
  );
}
