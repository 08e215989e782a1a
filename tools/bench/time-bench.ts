import { createTestHost } from "durable-local-host/testing";
import { figure, type Row, seconds } from "./measure.ts";
import type { Measured } from "./measured.ts";
import { BENCH_APP } from "./bench-app.ts";

const REPETITIONS = 25;
const WARM_UP = 10;
const LIMIT_MS = 20;

interface Case {
  readonly what: string;
  readonly name: string;
  readonly input?: unknown;
  readonly result: number;
  readonly limit?: number;
}

const CASES: readonly Case[] = [
  { what: "an approval of 72 hours with two reminders", name: "approval", result: 2, limit: LIMIT_MS },
  { what: "a timer of 10 days, split by the extension", name: "tenDays", result: 10, limit: LIMIT_MS },
  { what: "a retry policy with 31 hours of backoff", name: "backoff", result: 6, limit: LIMIT_MS },
  {
    what: "a monitor of 30 days with backoff from an hour to a day: 34 polls, continuing as new after every 4",
    name: "monitor",
    input: { mostHours: 24 },
    result: 34,
    limit: LIMIT_MS,
  },
  {
    // No limit: the SDK's own part of 1,621 replays takes three times as long.
    what: "the same without backoff: 720 polls, one per hour",
    name: "monitor",
    input: { mostHours: 1 },
    result: 720,
  },
];

/** Real time from the start of an instance to its end in virtual time, strict as in tests. */
export async function benchTime(): Promise<Measured> {
  await using host = await createTestHost({ app: BENCH_APP });
  const rows: Row[] = [];
  for (const { what, name, input, result, limit } of CASES) {
    const times: number[] = [];
    for (let repetition = -WARM_UP; repetition < REPETITIONS; repetition++) {
      const run = async () => {
        const instance = await host.start(name, input);
        const { output } = await instance.completion();
        if (output !== result) throw new Error(`${name} ends with ${JSON.stringify(output)}`);
      };
      const milliseconds = 1000 * (await seconds(run));
      if (repetition >= 0) times.push(milliseconds);
    }
    rows.push({ what, unit: "milliseconds", ours: figure(times), ...(limit !== undefined && { limit }) });
  }
  return { rows };
}
