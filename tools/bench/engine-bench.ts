import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadApp, createLocalHost, type LocalHost, MemoryStore, SqliteStore } from "durable-local-host";
import { SqliteFloor } from "./floors.ts";
import { figure, rate, type Row, seconds } from "./measure.ts";
import { BENCH_APP, SdkFloor } from "./sdk-floor.ts";

const CHAINS = 400;
const DRIVERS = 20;
const WIDTH = 1000;
const REPETITIONS = 7;

/** Something that runs the bench app's two orchestrations, engine or floor. */
interface Contender {
  chain(x: number): Promise<unknown>;
  fan(width: number): Promise<unknown>;
}

/** Chains per second and the seconds of a wide fan-out, engine against floor, in turn so that drift hits both. */
export async function benchEngine(): Promise<Row[]> {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  const sqliteFloor = new SqliteFloor();
  const disk = new SqliteStore(join(folder, "task-hub.db"));
  const inMemory = await serve(new MemoryStore());
  const onDisk = await serve(disk);
  try {
    return [
      ...(await compare("in memory", engine(inMemory), "SDK replay only", await SdkFloor.load())),
      ...(await compare("on SQLite", engine(onDisk), "SQLite FULL with group commit", sqliteFloor)),
    ];
  } finally {
    await inMemory.stop();
    await onDisk.stop();
    disk.close();
    sqliteFloor.close();
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

async function compare(where: string, ours: Contender, floorName: string, floor: Contender): Promise<Row[]> {
  const rates = { ours: [] as number[], floor: [] as number[] };
  const times = { ours: [] as number[], floor: [] as number[] };
  for (let repetition = -1; repetition < REPETITIONS; repetition++) {
    for (const [who, contender] of [["ours", ours] as const, ["floor", floor] as const]) {
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
  const [chain, fan] = [rates, times].map(({ ours, floor }) => ({
    ours: figure(ours),
    floor: figure(floor),
  }));
  if (!chain || !fan) return [];
  return [
    {
      what: `chains of 5 activities, ${DRIVERS} at a time, ${where}`,
      unit: "per second",
      ours: chain.ours,
      floor: {
        name: floorName,
        figure: chain.floor,
        ratio: chain.ours.median / chain.floor.median,
        goal: 0.3,
      },
    },
    {
      what: `fan-out of ${WIDTH} activities, ${where}`,
      unit: "seconds",
      ours: fan.ours,
      floor: { name: floorName, figure: fan.floor, ratio: fan.floor.median / fan.ours.median, goal: 0.3 },
    },
  ];
}

async function expectResult(result: Promise<unknown>, expected: number): Promise<void> {
  const got = await result;
  if (got !== expected) throw new Error(`Wrong result: ${JSON.stringify(got)} in place of ${expected}`);
}
