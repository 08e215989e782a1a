import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadApp, createLocalHost, type LocalHost, MemoryStore, SqliteStore } from "durable-local-host";
import { SqliteBaseline } from "./sqlite-baseline.ts";
import { figure, rate, type Row, seconds } from "./measure.ts";
import { BENCH_APP, SdkBaseline } from "./sdk-baseline.ts";

const CHAINS = 400;
const DRIVERS = 20;
const WIDTH = 1000;
const REPETITIONS = 7;

/** Runs the bench app's two orchestrations: the engine or the baseline. */
interface Contender {
  chain(x: number): Promise<unknown>;
  fan(width: number): Promise<unknown>;
}

/**
 * Chains per second and the seconds of a wide fan-out, for engine and baseline, alternating so that changes of the
 * machine affect both.
 */
export async function benchEngine(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const sqliteBaseline = new SqliteBaseline();
  const disk = new SqliteStore(join(folder, "task-hub.db"));
  const inMemory = await serve(new MemoryStore());
  const onDisk = await serve(disk);
  try {
    return [
      ...(await compare("in memory", engine(inMemory), "SDK replay only", await SdkBaseline.load())),
      ...(await compare("on SQLite", engine(onDisk), "SQLite FULL with group commit", sqliteBaseline)),
    ];
  } finally {
    await inMemory.stop();
    await onDisk.stop();
    disk.close();
    sqliteBaseline.close();
    rmSync(folder, { recursive: true });
  }
}

async function serve(store: MemoryStore | SqliteStore): Promise<LocalHost> {
  const host = await createLocalHost({ app: await loadApp(BENCH_APP), port: 0, store });
  await host.start();
  return host;
}

function engine({ hub, engine }: LocalHost): Contender {
  const run = async (name: string, input: number) => {
    const { output } = await engine.waitForCompletion(await hub.start({ name, input: String(input) }));
    return JSON.parse(output ?? "null") as unknown;
  };
  return { chain: (x) => run("chain", x), fan: (width) => run("fan", width) };
}

async function compare(
  where: string,
  ours: Contender,
  baselineName: string,
  baseline: Contender,
): Promise<Row[]> {
  const rates = { ours: [] as number[], baseline: [] as number[] };
  const times = { ours: [] as number[], baseline: [] as number[] };
  for (let repetition = -1; repetition < REPETITIONS; repetition++) {
    for (const [who, contender] of [["ours", ours] as const, ["baseline", baseline] as const]) {
      const perSecond = await rate(CHAINS, DRIVERS, (index) =>
        expectResult(contender.chain(index), index + 5),
      );
      const fan = await seconds(() => expectResult(contender.fan(WIDTH), (WIDTH * (WIDTH - 1)) / 2));
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
        goal: 0.3,
      },
    },
    {
      what: `fan-out of ${WIDTH} activities, ${where}`,
      unit: "seconds",
      ours: fan.ours,
      baseline: {
        name: baselineName,
        figure: fan.baseline,
        ratio: fan.baseline.median / fan.ours.median,
        goal: 0.3,
      },
    },
  ];
}

async function expectResult(result: Promise<unknown>, expected: number): Promise<void> {
  const got = await result;
  if (got !== expected) throw new Error(`Wrong result: ${JSON.stringify(got)} instead of ${expected}`);
}
