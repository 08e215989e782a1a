import { Gate, type History, historyOf, isBroken, loadAppForReplay } from "durable-replay";
import { createTestHost } from "durable-local-host/testing";
import { figure, type Row, seconds } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { BENCH_APP } from "./bench-app.ts";

const HISTORIES = 10_000;
/** Twelve activities, each in an episode of its own, make a history of 52 events. */
const STEPS = 12;
const LIMIT_SECONDS = 60;
const LIMIT_MB = 16;

/** The replay gate on many histories, which are parsed like files, and the memory that remains in use. */
export async function benchReplay(): Promise<Measured> {
  const text = JSON.stringify(await history());
  const gate = new Gate(await loadAppForReplay(BENCH_APP));
  const judge = async (count: number) => {
    for (let i = 0; i < count; i++) {
      const { verdict } = await gate.judge(JSON.parse(text) as History);
      if (isBroken(verdict)) throw new Error(`A history that was just recorded differs: ${verdict.kind}`);
    }
  };
  await judge(HISTORIES / 10);
  const before = usedMb();
  const taken = await seconds(() => judge(HISTORIES));
  const grown = usedMb() - before;
  const what = `${HISTORIES} histories of 52 events`;
  const rows: Row[] = [
    { what: `the gate on ${what}`, unit: "seconds", ours: figure([taken]), limit: LIMIT_SECONDS },
    { what: `memory that ${what} keep in use`, unit: "MB", ours: figure([grown]), limit: LIMIT_MB },
  ];
  return { rows };
}

async function history(): Promise<History> {
  await using host = await createTestHost({ app: BENCH_APP });
  const instance = await host.start("steps", STEPS);
  await instance.completion();
  return await historyOf(host.hub, instance.id);
}

function usedMb(): number {
  if (globalThis.gc === undefined) throw new Error("The bench needs --expose-gc.");
  globalThis.gc();
  return process.memoryUsage().heapUsed / 2 ** 20;
}
