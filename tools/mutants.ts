import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { commandLine } from "./command-line.ts";
import { chooseMutants } from "./mutants/choose.ts";
import { explanationOf, outdatedExplanations } from "./mutants/explained.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { relatedTests } from "./mutants/related-tests.ts";
import { Results } from "./mutants/results.ts";
import { type Outcome, Worker } from "./mutants/worker.ts";
import { ProgressLine } from "./progress-line.ts";
import { fail, ROOT } from "./run.ts";

const HELP = `Usage: npm run mutants [-- options]

Makes small faults in src/ and in the local host's engine, one at a time, and runs the tests that should notice.
A fault that no test notices is reported, unless tools/mutants/explained.ts says why none can. Takes an hour or more.

  --count N     so many mutants, the hand-made ones first; the same ones each time (default 240)
  --only PART   only in files whose path has PART in it
  --list        shows the mutants and runs nothing
  --resume      keeps what earlier runs found, but for survivors
  --workers N   so many at a time (default 2)
  --limit S     seconds that the tests of one mutant may take (default 300)
  --help        this text`;

const options = commandLine(HELP, {
  count: { type: "string", default: "240" },
  only: { type: "string", default: "" },
  list: { type: "boolean", default: false },
  resume: { type: "boolean", default: false },
  workers: { type: "string", default: "2" },
  limit: { type: "string", default: "300" },
});

const outdated = outdatedExplanations(chooseMutants({ count: Infinity, filter: "" }));
if (outdated.length > 0) {
  fail(`tools/mutants/explained.ts explains what is no mutant:\n${outdated.join("\n")}`);
}

const mutants = chooseMutants({ count: whole("count"), filter: options.only });
/** Sets of tests of which it was seen, by one of the workers, that they pass without a mutant. */
const sound = new Map<string, Promise<void>>();
const began = performance.now();
const results = new Results(options.resume || options.list);
const todo = mutants.filter((mutant) => !results.of(mutant) && explanationOf(mutant) === undefined);
if (options.list) {
  for (const mutant of mutants) console.log(inWords(mutant));
} else {
  const progress = new ProgressLine("Mutants", todo.length);
  await Promise.all(Array.from({ length: whole("workers") }, (_, number) => work(number + 1, progress)));
  progress.end();
  report();
}

async function work(number: number, progress: ProgressLine): Promise<void> {
  const worker = new Worker(number, whole("limit") * 1000);
  process.once("exit", () => worker.stop());
  for (let mutant = todo.shift(); mutant; mutant = todo.shift()) {
    results.add(mutant, await outcomeOf(mutant, worker));
    progress.add(1);
  }
  worker.stop();
}

async function outcomeOf(mutant: Mutant, worker: Worker): Promise<Outcome> {
  const { file, source } = mutant;
  for (const filters of relatedTests(file)) {
    const tests = filters.join(" ");
    if (!sound.has(tests)) sound.set(tests, checkWithout(file, filters, worker));
    await sound.get(tests);
    const outcome = await worker.run({ file, source, filters });
    if (outcome.kind !== "survived") return outcome;
  }
  return { kind: "survived" };
}

/** Tests that fail anyway would notice every mutant. */
async function checkWithout(file: string, filters: readonly string[], worker: Worker): Promise<void> {
  const source = readFileSync(join(ROOT, file), "utf8");
  const outcome = await worker.run({ file, source, filters });
  if (outcome.kind === "survived") return;
  fail(`Without a mutant, tests fail: ${JSON.stringify(outcome)} (${filters.join(" ")})`);
}

function report(): void {
  const outcomes = Map.groupBy(mutants, (mutant) =>
    explanationOf(mutant) === undefined ? results.of(mutant)?.kind : "explained",
  );
  const survivors = outcomes.get("survived") ?? [];
  const count = (kind: Outcome["kind"] | "explained") => outcomes.get(kind)?.length ?? 0;
  for (const mutant of survivors) console.log(`\nSurvived: ${inWords(mutant)}`);
  console.log(
    `\n${mutants.length} mutants in ${Math.round((performance.now() - began) / 60_000)} min: ${count("killed")} killed, ` +
      `${count("timeout")} timed out, ${count("explained")} explained, ${survivors.length} survived`,
  );
  process.exitCode = survivors.length > 0 ? 1 : 0;
}

function inWords({ file, line, what, before, after }: Mutant): string {
  return `${file}:${line} (${what})\n  - ${before}\n  + ${after}`;
}

function whole(name: "count" | "workers" | "limit"): number {
  const number = Number(options[name]);
  return Number.isInteger(number) && number > 0 ? number : fail(`--${name} must be a whole number above 0`);
}
