import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import sharp from "sharp";
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { addRun, before, readRuns, type Run, runOf } from "../../tools/bench/history.ts";
import { figure, type Row } from "../../tools/bench/measure.ts";
import { choosePeers } from "../../tools/bench/peers.ts";
import { benchReport } from "../../tools/bench/report.ts";
import { barsOf } from "../../tools/report/bars.ts";
import { plotOf } from "../../tools/report/plot.ts";
import { ROOT } from "../../tools/run.ts";

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "bench-test-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

const chains = (median: number, ratio: number): Row => ({
  what: "chains",
  unit: "per second",
  ours: figure([median]),
  baseline: { name: "the SDK", figure: figure([2 * median]), ratio, goal: 0.5 },
});
const curve = { title: "Fan-out", of: "activities", unit: "seconds" };
const growing = [
  { ...curve, series: [{ name: "in memory", points: [[10, 0.1] as const, [100, 1.5] as const] }] },
];
const part = (median: number, ratio: number) => ({
  name: "engine",
  title: "Engine",
  rows: [chains(median, ratio)],
  curves: growing,
});

describe("the history", () => {
  const elsewhere: Run = { ...runOf([part(900, 0.4)], 0), commit: "b", processors: "64 × another" };

  test("is a line for each run, with the medians of all rows and sizes", () => {
    const file = path.join(folder, "history.jsonl");
    addRun(file, runOf([part(500, 0.25)], 1.26));
    addRun(file, elsewhere);
    const [first, second] = readRuns(file);
    expect(first).toMatchObject({
      load: 1.3,
      medians: { "chains (per second)": 500, "Fan-out, in memory: 100 activities (seconds)": 1.5 },
      ratios: { "chains (per second)": 0.25 },
    });
    expect(second).toEqual(elsewhere);
  });

  test("compares absolute figures with a run on the same processors, and ratios with the last run", () => {
    const here = { ...runOf([part(500, 0.25)], 0), commit: "a" };
    expect(before([here, elsewhere], "chains (per second)", here.processors)).toEqual({
      median: { commit: "a", value: 500 },
      ratio: { commit: "b", value: 0.4 },
    });
    expect(before([here], "another row", here.processors)).toEqual({ median: undefined, ratio: undefined });
  });

  test("is shown beside the figures of the run, and as a plot", () => {
    const earlier = { ...runOf([part(400, 0.2)], 0), commit: "a" };
    const { markdown, plots } = benchReport([part(500, 0.25)], runOf([part(500, 0.25)], 0), [earlier], false);
    expect(markdown).toContain(
      "| chains, per second | 500 | 1,000, the SDK | 0.25 | ≥ 0.5: **missed** | 400 (a), ratio 0.20 (a) |",
    );
    expect(markdown).toContain(
      "**Goals**: 0 of 1 are met; missed:\n\n- chains, per second: ratio 0.25, goal ≥ 0.5\n",
    );
    expect(markdown).toContain("| 100 | 1.50 |");
    expect(Object.keys(plots)).toEqual(["engine-1.svg", "history.svg"]);
    for (const name of Object.keys(plots)) expect(markdown).toContain(`(${name})`);
  });
});

test("a report says which goals are met", () => {
  const idle = (median: number): Row => ({ what: "idle", unit: "ms", ours: figure([median]) });
  const rows = [chains(600, 0.5), { ...idle(20), limit: 20 }, { ...idle(21), limit: 20 }, idle(1)];
  const parts = [{ ...part(1, 1), rows }];
  const { markdown } = benchReport(parts, runOf(parts, 0), [], false);
  expect(markdown).toContain("**Goals**: 2 of 3 are met; missed:\n\n- idle, ms: 21, goal ≤ 20\n");
  expect(markdown).toContain("| ≥ 0.5: met |");
  expect(markdown.match(/\| ≤ 20: (?:met|\*\*missed\*\*) \|/g)).toHaveLength(2);
});

describe("a plot", () => {
  const plot = { title: "a < b", x: { unit: "" }, y: { unit: "ms" }, isLine: true };
  const places = (svg: string) =>
    [...svg.matchAll(/cx="([\d.]+)" cy="([\d.]+)" r="3.5"/g)].map(([, x, y]) => [x, y]);

  test("has the same distance between powers of ten if its axes are logarithmic", () => {
    const points = [1, 10, 100].map((value) => [value, value] as const);
    const [x, y] = [
      { unit: "", isLog: true },
      { unit: "ms", isLog: true },
    ];
    const [first, second, third] = places(plotOf({ ...plot, x, y, series: [{ name: "s", points }] })).map(
      ([left]) => Number(left),
    );
    expect((first ?? 0) + (third ?? 0)).toBeCloseTo(2 * (second ?? 0), 0);
  });

  test("draws lines, and not the areas between them", async () => {
    const points = [[0, 100] as const, [50, 0] as const, [100, 100] as const];
    const svg = plotOf({ ...plot, series: [{ name: "s", points }] });
    const { data, info } = await sharp(Buffer.from(svg))
      .flatten({ background: "white" })
      .raw()
      .toBuffer({ resolveWithObject: true });
    const colorAt = (x: number, y: number) => [
      ...data.subarray((y * info.width + x) * info.channels).subarray(0, 3),
    ];
    const [middle, top] = [places(svg)[1] ?? [], places(svg)[0] ?? []].map(
      ([x, y]) => [Number(x), Number(y)] as const,
    );
    // Within the triangle of the three points, between two grid lines.
    const inside = [
      Math.round(middle?.[0] ?? 0),
      Math.round(((middle?.[1] ?? 0) + (top?.[1] ?? 0)) / 2) + 9,
    ] as const;
    expect(colorAt(...inside)).toEqual([255, 255, 255]);
  });

  test("names everything in its legend, within its edges, and has no point above its last grid line", async () => {
    const names = Array.from(
      { length: 6 },
      (_, index) => `a series with a rather long name, number ${index}`,
    );
    const series = names.map((name, index) => ({ name, points: [[index, 1230 * index] as const] }));
    const svg = plotOf({ ...plot, goal: { value: 1000, name: "the goal" }, series });
    const [, width, height] = /viewBox="0 0 (\d+) (\d+)"/.exec(svg) ?? [];
    const legend = [...svg.matchAll(/<text x="([\d.]+)" y="([\d.]+)" text-anchor="start">([^<]+)</g)].slice(
      1,
    );
    expect(legend.map(([, , , name]) => name)).toEqual([...names, "the goal"]);
    for (const [, left, , name = ""] of legend) {
      expect(Number(left) + 6.5 * name.length).toBeLessThan(Number(width));
    }
    const highest = Math.min(...places(svg).map(([, y]) => Number(y)));
    const grid = [...svg.matchAll(/class="grid"[^>]*y1="([\d.]+)"/g)].map(([, y]) => Number(y));
    expect(Math.min(...grid)).toBeLessThanOrEqual(highest);
    expect(highest).toBeGreaterThan(Math.max(...legend.map(([, , y]) => Number(y))));
    expect(Number(height)).toBeGreaterThan(360);
  });

  test("is complete without points, with only zeros, and with a goal above all of them", () => {
    for (const points of [[], [[0, 0]], [[1, 1]]] as const) {
      const svg = plotOf({
        ...plot,
        goal: { value: 1000, name: "the goal" },
        series: [{ name: "s", points }],
      });
      expect(svg).not.toMatch(/NaN|Infinity/);
      expect(svg).toContain("<title>a &lt; b</title>");
      expect(places(svg)).toHaveLength(points.length);
    }
  });
});

test("the local host is beside all engines and beside chosen ones", async () => {
  const names = async (...named: string[]) =>
    (await choosePeers(named, undefined)).map(([name]) => name).join(" ");
  const ours = "local-host-memory local-host-sqlite";
  expect(await names("openworkflow", "aws")).toBe(`${ours} aws openworkflow`);
  expect(await names()).toBe(`${ours} durabletask aws openworkflow restate`);
});

describe("bars", () => {
  const bar = (value: number | undefined, text = `${value}`) => ({
    name: "a < b",
    value,
    text,
    isOurs: false,
  });
  const widths = (svg: string) => [...svg.matchAll(/ width="([^"]+)"/g)].map(([, width]) => Number(width));

  test("grow by the same step for ten times the value", () => {
    const [one = 0, ten = 0, hundred = 0] = widths(
      barsOf("t", [{ title: "p", bars: [bar(2), bar(20), bar(200)] }]),
    );
    expect(ten - one).toBeGreaterThan(50);
    expect(hundred - ten).toBeCloseTo(ten - one, 0);
  });

  test("show why there is no value, also if there is none at all", () => {
    const svg = barsOf("t", [{ title: "p", bars: [bar(undefined, "takes 72 hours"), bar(0)] }]);
    expect(widths(svg)).toEqual([0, 0]);
    expect(svg).toContain(">takes 72 hours<");
    expect(svg).toContain(">a &lt; b<");
    expect(svg).not.toMatch(/NaN|Infinity/);
  });
});

test("a short run writes the report of the chosen sections, with plots", { timeout: 120_000 }, async () => {
  const output = path.join(folder, "short");
  mkdirSync(output);
  for (const name of ["peers.md", "peers.svg", "engine-9.svg"]) writeFileSync(path.join(output, name), "");
  const sections = ["engine", "growth", "idle", "start", "storage"];
  const args = ["--expose-gc", path.join("tools", "bench.ts"), ...sections, "--short", "--output", output];
  const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: ROOT });
  expect(stdout).toContain("storage (5 of 5)");
  expect(stdout).not.toMatch(/\(goal |^ +limit /m);
  const report = readFileSync(path.join(output, "report.md"), "utf8");
  expect(report.match(/^## /gm)).toHaveLength(sections.length);
  expect(report).not.toMatch(/\| goal|\| before|## History/);
  expect(report).toContain("| order-chaining: confirmed, 2 products, transactions of the task hub | 60 |");
  expect(report).not.toMatch(/NaN|undefined/);
  const pictures = readdirSync(output).filter((name) => name.endsWith(".svg"));
  // It replaces its own pictures only.
  expect(pictures).toContain("peers.svg");
  const plots = pictures.filter((name) => name !== "peers.svg");
  expect(plots).not.toContain("engine-9.svg");
  expect(plots).toHaveLength(4);
  for (const name of plots) expect(report).toContain(`(${name})`);
});

// Only Linux tells the command lines of processes in files.
describe.skipIf(process.platform !== "linux")("a run that is stopped", () => {
  test.each([
    ["npm", ["npm", "run", "bench", "--"], null],
    ["the tool", [process.execPath, path.join("tools", "bench.ts")], 143],
  ] as const)(
    "by SIGTERM to %s ends with its host, and leaves and reports nothing",
    { timeout: 90_000 },
    async (by, command, exitCode) => {
      const own = path.join(folder, `stopped-with-${by}`);
      const output = path.join(own, "output");
      mkdirSync(own);
      const [program, ...args] = command;
      const bench = spawn(program, [...args, "start", "time", "--output", output], {
        cwd: ROOT,
        env: { ...process.env, TMPDIR: own },
        stdio: ["ignore", "pipe", "inherit"],
      });
      onTestFinished(() => void bench.kill("SIGKILL"));
      let said = "";
      bench.stdout.on("data", (chunk) => (said += String(chunk)));
      const closed = once(bench, "close");
      const hosts = () => commandLines().filter((line) => line.includes(path.join(own, "bench-start-")));
      await expect.poll(hosts, { timeout: 60_000 }).toHaveLength(1);
      bench.kill("SIGTERM");
      // Its output is open until the last process that writes there has ended.
      expect((await closed)[0]).toBe(exitCode);
      await expect.poll(hosts, { timeout: 10_000 }).toEqual([]);
      await expect.poll(() => readdirSync(own), { timeout: 10_000 }).toEqual(["output"]);
      expect(said).toContain("start (1 of 2)");
      expect(said).not.toContain("time (2 of 2)");
      for (const name of ["report.md", "history.jsonl"]) {
        expect(existsSync(path.join(output, name))).toBe(false);
      }
    },
  );
});

function commandLines(): string[] {
  return readdirSync("/proc").flatMap((pid) => {
    try {
      return /^\d+$/.test(pid) ? [readFileSync(`/proc/${pid}/cmdline`, "utf8")] : [];
    } catch {
      // It has ended in the meantime.
      return [];
    }
  });
}
