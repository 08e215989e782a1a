import { statSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { setTimeout as delay } from "node:timers/promises";
import type { Series } from "../report/plot.ts";
import { figure, type Row, seconds } from "./measure.ts";
import type { BenchOptions, Curve, Measured } from "./measured.ts";
import { ServedEngine } from "./served-engine.ts";
import { scratchFolder } from "./scratch-folder.ts";

const SIZES = [100, 1000, 10_000, 100_000];
const SHORT_SIZES: typeof SIZES = [10, 100];
const STARTED_AT_ONCE = 200;
const QUIET_MS = 3000;
const SHORT_QUIET_MS = 200;
const MAX_DISK_BYTES = 1024;
const MAX_MEMORY_BYTES = 100 * 2 ** 20;

interface Idle {
  readonly instances: number;
  /** Bytes. */
  readonly memory: number;
  /** Of the file, without the texts of histories, in bytes. */
  readonly disk: number;
  /** Milliseconds of processor time in a quiet second. */
  readonly processor: number;
  /** Seconds. */
  readonly open: number;
}

/**
 * What instances cost that wait for an event or a timer of 72 hours, in a task hub on SQLite. It is closed and opened for each measurement, so
 * that memory is what waiting needs and not what starting needed.
 */
export async function benchIdle({ isShort }: BenchOptions): Promise<Measured> {
  const folder = scratchFolder("bench-idle");
  const file = join(folder, "task-hub.db");
  const measured: Idle[] = [];
  // Code that is loaded and compiled while the first instances run would count as theirs.
  const warmUp = join(folder, "warm-up.db");
  await startIdle(warmUp, STARTED_AT_ONCE);
  await measure(warmUp, 0, 0);
  const quietMs = isShort ? SHORT_QUIET_MS : QUIET_MS;
  const empty = await measure(file, 0, quietMs);
  let before = 0;
  for (const instances of isShort ? SHORT_SIZES : SIZES) {
    await startIdle(file, instances - before);
    before = instances;
    const idle = await measure(file, instances, quietMs);
    measured.push({ ...idle, memory: idle.memory - empty.memory, disk: idle.disk - empty.disk });
    console.log(`  ${instances.toLocaleString("en")} idle instances`);
  }
  return { rows: rowsOf(measured.at(-1) ?? empty, empty), curves: [curveOf(measured)] };
}

async function startIdle(file: string, count: number): Promise<void> {
  const engine = await ServedEngine.start(file);
  for (let left = count; left > 0; left -= STARTED_AT_ONCE) {
    const starts = Array.from({ length: Math.min(left, STARTED_AT_ONCE) }, () => engine.begin("deadline"));
    await Promise.all(starts);
  }
  await engine.idle();
  await engine.stop();
}

async function measure(file: string, instances: number, quietMs: number): Promise<Idle> {
  let engine: ServedEngine | undefined;
  const open = await seconds(async () => {
    engine = await ServedEngine.start(file);
    await engine.idle();
  });
  const memory = usedBytes();
  const before = process.cpuUsage();
  await delay(quietMs);
  const { user, system } = process.cpuUsage(before);
  await engine?.stop();
  return { instances, memory, disk: bytesBesideHistory(file), processor: (user + system) / quietMs, open };
}

function bytesBesideHistory(file: string): number {
  const database = new DatabaseSync(file, { readOnly: true });
  const row = database
    .prepare("SELECT coalesce(sum(length(CAST(events AS BLOB))), 0) AS bytes FROM history")
    .get();
  database.close();
  return statSync(file).size - Number(row?.["bytes"]);
}

function usedBytes(): number {
  if (globalThis.gc === undefined) throw new Error("The bench needs --expose-gc.");
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

function rowsOf(most: Idle, empty: Idle): Row[] {
  const of = `${most.instances.toLocaleString("en")} idle instances`;
  return [
    {
      what: `memory of ${of}`,
      unit: "MB",
      ours: figure([most.memory / 2 ** 20]),
      limit: MAX_MEMORY_BYTES / 2 ** 20,
    },
    { what: `memory of each of ${of}`, unit: "bytes", ours: figure([most.memory / most.instances]) },
    {
      what: `disk for each of ${of}, beside its history`,
      unit: "bytes",
      ours: figure([most.disk / most.instances]),
      limit: MAX_DISK_BYTES,
    },
    {
      what: `processor time in a quiet second with ${of}`,
      unit: "milliseconds",
      ours: figure([most.processor]),
    },
    {
      what: "processor time in a quiet second without instances",
      unit: "milliseconds",
      ours: figure([empty.processor]),
    },
    { what: `opening a task hub of ${of}`, unit: "seconds", ours: figure([most.open]) },
  ];
}

function curveOf(measured: readonly Idle[]): Curve {
  const series = (name: string, of: (idle: Idle) => number): Series => ({
    name,
    points: measured.map((idle) => [idle.instances, of(idle)]),
  });
  return {
    title: "What idle instances cost",
    of: "idle instances",
    unit: "amount",
    series: [
      series("memory (MB)", ({ memory }) => memory / 2 ** 20),
      series("disk beside histories (MB)", ({ disk }) => disk / 2 ** 20),
      series("processor in a quiet second (ms)", ({ processor }) => processor),
      series("opening (s)", ({ open }) => open),
    ],
  };
}
