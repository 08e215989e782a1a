import { readFileSync } from "node:fs";
import { join } from "node:path";
import { performance } from "node:perf_hooks";
import process from "node:process";
import { commandLine } from "./command-line.ts";
import { chooseMutants } from "./mutants/choose.ts";
import { explanationOf, outdatedExplanations } from "./mutants/explained.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { relatedTests, type Stage } from "./mutants/related-tests.ts";
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
  --help        this text`;

const options = commandLine(HELP, {
  count: { type: "string", default: "240" },
  only: { type: "string", default: "" },
  list: { type: "boolean", default: false },
  resume: { type: "boolean", default: false },
  workers: { type: "string", default: "2" },
});

const outdated = outdatedExplanations(chooseMutants({ count: Infinity, filter: "" }));
if (outdated.length > 0) {
  fail(`tools/mutants/explained.ts explains what is no mutant:\n${outdated.join("\n")}`);
}

const mutants = chooseMutants({ count: whole("count"), filter: options.only });
const LONGEST_MS = 1_200_000;
const SHORTEST_LIMIT_MS = 30_000;
/** How long tests may take with a mutant; found out once for each set of them. */
const limits = new Map<string, Promise<number | undefined>>();
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
  const worker = new Worker(number);
  process.once("exit", () => worker.stop());
  for (let mutant = todo.shift(); mutant; mutant = todo.shift()) {
    results.add(mutant, await outcomeOf(mutant, worker));
    progress.add(1);
  }
  worker.stop();
}

async function outcomeOf(mutant: Mutant, worker: Worker): Promise<Outcome> {
  const { file, source } = mutant;
  for (const stage of relatedTests(file)) {
    const key = JSON.stringify(stage);
    if (!limits.has(key)) limits.set(key, limitOf(file, stage, worker));
    const limitMs = await limits.get(key);
    if (limitMs === undefined) continue;
    const outcome = await worker.run({ file, source, stage }, limitMs);
    if (outcome.kind !== "survived") return outcome;
  }
  return { kind: "survived" };
}

/** Several times what the tests take without a mutant; undefined if they fail all the same, and so prove nothing. */
async function limitOf(file: string, stage: Stage, worker: Worker): Promise<number | undefined> {
  const started = performance.now();
  const source = readFileSync(join(ROOT, file), "utf8");
  const outcome = await worker.run({ file, source, stage }, LONGEST_MS);
  if (outcome.kind === "survived") return SHORTEST_LIMIT_MS + 4 * (performance.now() - started);
  console.log(
    `Left out, as they fail without a mutant: ${JSON.stringify(stage)}: ${JSON.stringify(outcome)}`,
  );
  return undefined;
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

function whole(name: "count" | "workers"): number {
  const number = Number(options[name]);
  return Number.isInteger(number) && number > 0 ? number : fail(`--${name} must be a whole number above 0`);
}
