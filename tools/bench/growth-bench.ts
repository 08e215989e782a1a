import { join } from "node:path";
import type { Series } from "../report/plot.ts";
import { figure, type Row, seconds } from "./measure.ts";
import type { BenchOptions, Curve, Measured } from "./measured.ts";
import { SdkBaseline } from "./sdk-baseline.ts";
import { ServedEngine } from "./served-engine.ts";
import { scratchFolder } from "./scratch-folder.ts";

const REPETITIONS = 3;
const FAN_LIMIT_S = 1;
const SIZES = {
  fan: [10, 100, 1000, 10_000],
  chain: [1, 10, 100, 1000],
  /** Each makes about two events. */
  history: [5, 50, 500, 5000, 10_000],
};
const SHORT_SIZES: typeof SIZES = { fan: [10, 100], chain: [1, 10], history: [5, 50] };

/** Measures one size once, in seconds. */
type Measure = (size: number) => Promise<number>;
type Contenders = Readonly<Record<string, Measure>>;

/** How the time of one instance grows with its activities and its history, beside the SDK's part of it. */
export async function benchGrowth({ isShort }: BenchOptions): Promise<Measured> {
  const sizes = isShort ? SHORT_SIZES : SIZES;
  const folder = scratchFolder("bench-growth");
  const sdk = await SdkBaseline.load();
  const inMemory = await ServedEngine.start();
  const onSqlite = await ServedEngine.start(join(folder, "task-hub.db"));
  const all = (measure: (engine: ServedEngine) => Measure, baseline: Measure): Contenders => ({
    "in memory": measure(inMemory),
    "on SQLite": measure(onSqlite),
    "SDK replay only": baseline,
  });
  try {
    const fan = await curve(
      "Fan-out",
      "activities",
      sizes.fan,
      all(
        (engine) => (width) => timed(() => engine.run("fan", width), (width * (width - 1)) / 2),
        (width) => timed(() => sdk.fan(width), (width * (width - 1)) / 2),
      ),
    );
    const chain = await curve(
      "Chain",
      "activities in sequence",
      sizes.chain,
      all(
        (engine) => (steps) => timed(() => engine.run("steps", steps), steps),
        (steps) => timed(() => sdk.steps(steps), steps),
      ),
    );
    const history = await curve(
      "An event for an instance with a long history",
      "activities before",
      sizes.history,
      all(
        (engine) => (width) => lastEpisode(engine, width),
        (width) => timed(sdk.lastReplay(width), width),
      ),
    );
    return { rows: fanRows(fan, isShort), curves: [fan, chain, history].map(({ curve: each }) => each) };
  } finally {
    await inMemory.stop();
    await onSqlite.stop();
  }
}

interface MeasuredCurve {
  readonly curve: Curve;
  /** Of the greatest size, by contender. */
  readonly greatest: Readonly<Record<string, readonly number[]>>;
}

/** All contenders in turns, so that changes of the computer affect all. */
async function curve(
  title: string,
  of: string,
  sizes: readonly number[],
  contenders: Contenders,
): Promise<MeasuredCurve> {
  const points: Record<string, (readonly [number, number])[]> = {};
  let times: Record<string, number[]> = {};
  for (const size of sizes) {
    times = {};
    for (let repetition = 0; repetition < REPETITIONS; repetition++) {
      for (const [name, measure] of Object.entries(contenders))
        (times[name] ??= []).push(await measure(size));
    }
    for (const [name, each] of Object.entries(times)) (points[name] ??= []).push([size, figure(each).median]);
    console.log(`  ${title}: ${size.toLocaleString("en")} ${of}`);
  }
  const series: Series[] = Object.entries(points).map(([name, each]) => ({ name, points: each }));
  return { curve: { title, of, unit: "seconds", series }, greatest: times };
}

function fanRows({ greatest, curve: { series } }: MeasuredCurve, isShort: boolean): Row[] {
  const ours = figure(greatest["in memory"] ?? []);
  const baseline = figure(greatest["SDK replay only"] ?? []);
  const width = series[0]?.points.at(-1)?.[0] ?? 0;
  return [
    {
      what: `fan-out of ${width.toLocaleString("en")} activities, in memory`,
      unit: "seconds",
      ours,
      baseline: {
        name: "SDK replay only",
        figure: baseline,
        ratio: baseline.median / ours.median,
        goal: 0.4,
      },
      ...(isShort ? {} : { limit: FAN_LIMIT_S }),
    },
  ];
}

/** From the event to the end of an instance that had so many activities before. */
async function lastEpisode(engine: ServedEngine, width: number): Promise<number> {
  const id = await engine.begin("fanThenEvent", width);
  await engine.idle();
  return timed(async () => {
    await engine.raise(id, "go");
    return engine.end(id);
  }, width);
}

async function timed(work: () => Promise<unknown>, expected: unknown): Promise<number> {
  let result: unknown;
  const taken = await seconds(async () => (result = await work()));
  if (result !== expected) throw new Error(`Wrong result: ${JSON.stringify(result)}`);
  return taken;
}
