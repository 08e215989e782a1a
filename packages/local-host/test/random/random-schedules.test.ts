import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { FunctionRunner } from "../../src/invocation/function-runner.ts";
import { testRunner } from "../engine/support/test-engine.ts";
import { outcomeOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { program, programText } from "./program.ts";
import type { Program } from "./program.ts";
import { RandomRun } from "./random-run.ts";
import { schedule, scheduleText } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";

/**
 * `RANDOM_SCHEDULES_RUNS=5000 npm test -- random-schedules` tries more of them; a failure prints its seed, and
 * `RANDOM_SCHEDULES_SEED` repeats it.
 */
const RUNS = Number(process.env["RANDOM_SCHEDULES_RUNS"] ?? 100);
const SEED = process.env["RANDOM_SCHEDULES_SEED"];

let folder: string;
let runner: FunctionRunner;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "random-schedules-"));
  runner = await testRunner(path.join(import.meta.dirname, "app"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let files = 0;
async function outcome(of: Program, when: Schedule): Promise<Outcome> {
  const file = path.join(folder, `${files++}.db`);
  const run = await RandomRun.toTheEnd(file, runner, of, when);
  try {
    expect(run.store.unfinished(), "nothing is left").toMatchObject({ messages: [], activities: [] });
    return await outcomeOf(run);
  } finally {
    run.close();
    rmSync(file, { force: true });
  }
}

test("crashes change nothing", { timeout: 3_600_000 }, async () => {
  await fc.assert(
    fc.asyncProperty(
      program.map((value) => readable(value, programText)),
      schedule.map((value) => readable(value, scheduleText)),
      async (of, when) => {
        const expected = await outcome(of, { ...when, crashes: [] });
        expect(await outcome(of, when)).toEqual(expected);
      },
    ),
    { numRuns: RUNS, ...(SEED !== undefined && { seed: Number(SEED) }) },
  );
});

/** Lets fast-check print a value as a person would write it. */
function readable<T extends object>(value: T, text: (value: T) => string): T {
  return Object.assign({ ...value }, { [fc.toStringMethod]: () => `\n${text(value)}\n` });
}
