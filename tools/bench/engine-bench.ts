import { join } from "node:path";
import { SqliteBaseline } from "./sqlite-baseline.ts";
import { figure, rate, type Row, seconds } from "./measure.ts";
import type { BenchOptions, Measured } from "./measured.ts";
import { SdkBaseline } from "./sdk-baseline.ts";
import { ServedEngine } from "./served-engine.ts";
import { scratchFolder } from "./scratch-folder.ts";

const DRIVERS = 20;
const SIZES = { chains: 400, width: 1000, repetitions: 7 };
const SHORT_SIZES: typeof SIZES = { chains: 40, width: 100, repetitions: 1 };

const IN_MEMORY_GOALS = { chain: 0.5, fan: 0.4 };
const ON_DISK_GOALS = { chain: 0.3, fan: 0.3 };

/** Runs the bench app's two orchestrations: the engine or the baseline. */
interface Contender {
  chain(x: number): Promise<unknown>;
  fan(width: number): Promise<unknown>;
}

/**
 * Chains per second and the seconds of a wide fan-out, for engine and baseline, alternating so that changes of the
 * machine affect both.
 */
export async function benchEngine({ isShort }: BenchOptions): Promise<Measured> {
  const sizes = isShort ? SHORT_SIZES : SIZES;
  const folder = scratchFolder("bench");
  const sqliteBaseline = new SqliteBaseline();
  const inMemory = await ServedEngine.start();
  const onDisk = await ServedEngine.start(join(folder, "task-hub.db"));
  try {
    const rows = [
      ...(await compare(
        "in memory",
        engine(inMemory),
        "SDK replay only",
        await SdkBaseline.load(),
        IN_MEMORY_GOALS,
        sizes,
      )),
      ...(await compare(
        "on SQLite",
        engine(onDisk),
        "SQLite FULL with group commit",
        sqliteBaseline,
        ON_DISK_GOALS,
        sizes,
      )),
    ];
    return { rows };
  } finally {
    await inMemory.stop();
    await onDisk.stop();
    sqliteBaseline.close();
  }
}

function engine(served: ServedEngine): Contender {
  return { chain: (x) => served.run("chain", x), fan: (width) => served.run("fan", width) };
}

async function compare(
  where: string,
  ours: Contender,
  baselineName: string,
  baseline: Contender,
  goals: { readonly chain: number; readonly fan: number },
  { chains, width, repetitions }: typeof SIZES,
): Promise<Row[]> {
  const rates = { ours: [] as number[], baseline: [] as number[] };
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let repetition = -1; repetition < repetitions; repetition++) {
    for (const [who, contender] of [["ours", ours] as const, ["baseline", baseline] as const]) {
      const perSecond = await rate(chains, DRIVERS, (index) =>
        expectResult(contender.chain(index), index + 5),
      );
      const fan = await seconds(() => expectResult(contender.fan(width), (width * (width - 1)) / 2));
      // The first round warms up.
      if (repetition < 0) continue;
      rates[who].push(perSecond);
      times[who].push(fan);
    }
  }
  const [chain, fan] = [rates, times].map(({ ours, baseline }) => ({
    ours: figure(ours),
    baseline: figure(baseline),
  }));
  if (!chain || !fan) return [];
  return [
    {
      what: `chains of 5 activities, ${DRIVERS} at a time, ${where}`,
      unit: "per second",
      ours: chain.ours,
      baseline: {
        name: baselineName,
        figure: chain.baseline,
        ratio: chain.ours.median / chain.baseline.median,
        goal: goals.chain,
      },
    },
    {
      what: `fan-out of ${width} activities, ${where}`,
      unit: "seconds",
      ours: fan.ours,
      baseline: {
        name: baselineName,
        figure: fan.baseline,
        ratio: fan.baseline.median / fan.ours.median,
        goal: goals.fan,
      },
    },
  ];
}

async function expectResult(result: Promise<unknown>, expected: number): Promise<void> {
  const got = await result;
  if (got !== expected) throw new Error(`Wrong result: ${JSON.stringify(got)} instead of ${expected}`);
}
