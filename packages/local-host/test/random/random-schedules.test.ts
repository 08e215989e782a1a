import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import * as fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Gate, historyOf } from "durable-replay";
import { loadApp } from "../../src/app/load-app.ts";
import type { FunctionRunner } from "../../src/invocation/function-runner.ts";
import { testRunner } from "../engine/support/test-engine.ts";
import { leftovers } from "./leftovers.ts";
import { unlawful } from "./oracle.ts";
import { outcomeOf } from "./outcome.ts";
import type { Outcome } from "./outcome.ts";
import { programs, programText } from "./program.ts";
import type { Program } from "./program.ts";
import { RandomRun } from "./random-run.ts";
import { scheduleText, withCrashes, withDeaths } from "./schedule.ts";
import type { Schedule } from "./schedule.ts";
import { toTheEnd } from "./to-the-end.ts";
import { ARE_MANY, commandFor, TRIES } from "./tries.ts";

const LONG = 24 * 3_600_000;
const SHOW_EVERY_MS = 10_000;

let folder: string;
let runner: FunctionRunner;
let gate: Gate;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "random-schedules-"));
  const app = path.join(import.meta.dirname, "app");
  runner = await testRunner(app);
  gate = new Gate(await loadApp(app));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Of all runs: a generator that makes none of these would let every test pass. */
let crashes = 0;
let deaths = 0;
const happened = new Set<string>();

let files = 0;
async function outcome(of: Program, when: Schedule): Promise<Outcome> {
  const run = await RandomRun.of(path.join(folder, `${files++}.db`), runner, of, when);
  await toTheEnd(run, of);
  crashes += run.facts.crashes;
  deaths += run.facts.deaths;
  for (const what of run.facts.happened) happened.add(what);
  expect(unlawful(await run.ended(), run.facts), "what is impossible").toEqual([]);
  expect(await differences(run), "histories that replay in another way").toEqual([]);
  const result = await outcomeOf(run);
  expect(await leftovers(run), "what is left").toEqual([]);
  rmSync(run.file);
  return result;
}

/**
 * Replays the histories as the gate before a deployment does. Whether an instance may fail is for the oracle to say.
 * From a rewound history, events are missing that later ones rely on; and a death is not in the code that fails.
 */
async function differences(run: RandomRun): Promise<unknown[]> {
  const different: unknown[] = [];
  if (run.facts.isRepaired) return different;
  for (const { instanceId, runtimeStatus } of await run.instances()) {
    if (runtimeStatus === "Failed" && run.facts.deaths > 0) continue;
    // One after the other, because the gate sets the clock of the process.
    const judged = await gate.judge(await historyOf(run.hub, instanceId));
    const { kind } = judged.verdict;
    if (kind !== "same" && kind !== "failedBefore") different.push(judged);
  }
  return different;
}

test("crashes change nothing", { timeout: LONG }, async ({ task }) => {
  await check(task.name, programs({ locks: true }), withCrashes, async (of, when) => {
    const expected = await outcome(of, { ...when, crashes: [] });
    expect(await outcome(of, when)).toEqual(expected);
  });
  if (!ARE_MANY) return;
  expect(crashes).toBeGreaterThan(0);
  const all = ["beDown", "killWorker", "raise", "resume", "rewind", "suspend", "terminate"];
  expect([...happened].sort(), "what has happened at all").toEqual(all);
});

// As with the extension, an instance whose worker died may keep its locks forever.
test("a worker that dies leads to nothing unlawful", { timeout: LONG }, async ({ task }) => {
  await check(task.name, programs({ locks: false }), withDeaths, outcome);
  if (!ARE_MANY) return;
  expect(deaths).toBeGreaterThan(0);
});

/** Tries random programs, each with a random schedule. */
async function check(
  test: string,
  programs: fc.Arbitrary<Program>,
  schedules: fc.Arbitrary<Schedule>,
  run: (of: Program, when: Schedule) => Promise<unknown>,
): Promise<void> {
  const began = Date.now();
  let tried = 0;
  let shown = began;
  const show = (): void => {
    shown = Date.now();
    const of = TRIES.numRuns === Infinity ? "" : ` of ${TRIES.numRuns}`;
    console.log(`${tried}${of} random programs, ${Math.round((shown - began) / 1000)} s, seed ${TRIES.seed}`);
  };
  const property = fc.asyncProperty(
    programs.map((value) => readable(value, programText)),
    schedules.map((value) => readable(value, scheduleText)),
    async (of, when) => {
      tried++;
      await run(of, when);
      if (Date.now() - shown > SHOW_EVERY_MS) show();
    },
  );
  const details = await fc.check(property, TRIES);
  show();
  if (!details.failed) return;
  const repeat = commandFor(test, details.counterexamplePath ?? "");
  throw new Error(`${fc.defaultReportMessage(details)}\n\nTo repeat it:\n${repeat}\n`, {
    cause: details.errorInstance,
  });
}

/** Lets fast-check print a value as a person would write it. */
function readable<T extends object>(value: T, text: (value: T) => string): T {
  return Object.assign({ ...value }, { [fc.toStringMethod]: () => `\n${text(value)}\n` });
}
