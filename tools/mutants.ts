import { performance } from "node:perf_hooks";
import process from "node:process";
import { commandLine } from "./command-line.ts";
import { chooseMutants } from "./mutants/choose.ts";
import { explanationOf, outdatedExplanations } from "./mutants/explained.ts";
import type { Mutant } from "./mutants/mutant.ts";
import { Results } from "./mutants/results.ts";
import { Verdicts } from "./mutants/verdicts.ts";
import { refusedByTypes } from "./mutants/type-check.ts";
import { type Outcome, Worker } from "./mutants/worker.ts";
import { ProgressLine } from "./progress-line.ts";
import { fail } from "./run.ts";

const HELP = `Usage: npm run mutants [-- options]

Inserts small faults into src/ and the local host's engine, one at a time, and runs the tests that should notice.
A fault that no test notices is reported, unless tools/mutants/explained.ts says why none can. Takes an hour or more.

  --count N     number of mutants, the hand-made ones first; always the same ones (default 240)
  --only PART   only in files whose path contains PART
  --list        shows the mutants and runs nothing
  --resume      keeps the results of earlier runs, except survivors
  --workers N   number of parallel workers (default 2)
  --help        show this text`;

const options = commandLine(HELP, {
  count: { type: "string", default: "240" },
  only: { type: "string", default: "" },
  list: { type: "boolean", default: false },
  resume: { type: "boolean", default: false },
  workers: { type: "string", default: "2" },
});

const outdated = outdatedExplanations(chooseMutants({ count: Infinity, filter: "" }));
if (outdated.length > 0) {
  fail(`tools/mutants/explained.ts has entries that match no mutant:\n${outdated.join("\n")}`);
}

const mutants = chooseMutants({ count: whole("count"), filter: options.only });
if (mutants.length === 0) fail(`--only ${options.only}: no file with code to change has this in its path.`);
const began = performance.now();
const results = new Results(options.resume || options.list);
const isOpen = (mutant: Mutant) => !results.of(mutant) && explanationOf(mutant) === undefined;
if (options.list) {
  for (const mutant of mutants) console.log(inWords(mutant));
} else {
  checkTypes(mutants.filter((mutant) => isOpen(mutant) && !results.compiles(mutant)));
  await tryAll(mutants.filter(isOpen));
  report();
}

function checkTypes(unchecked: readonly Mutant[]): void {
  const refused = new Set(refusedByTypes(unchecked));
  for (const mutant of unchecked) {
    if (refused.has(mutant)) results.add(mutant, { kind: "refused" }, 0);
    else results.addCompiling(mutant);
  }
}

async function tryAll(todo: Mutant[]): Promise<void> {
  const verdicts = new Verdicts([...todo], options.resume);
  const progress = new ProgressLine("Mutants", todo.length);
  const work = async (worker: Worker) => {
    process.once("exit", () => worker.stop());
    for (let mutant = todo.shift(); mutant; mutant = todo.shift()) {
      const started = performance.now();
      const outcome = await verdicts.of(mutant, worker);
      results.add(mutant, outcome, Math.round((performance.now() - started) / 1000));
      progress.add(1);
    }
    worker.stop();
  };
  await Promise.all(Array.from({ length: whole("workers") }, (_, i) => work(new Worker(i + 1))));
  progress.end();
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
      `${count("timeout")} timed out, ${count("refused")} refused by the compiler, ${count("explained")} explained, ${survivors.length} survived`,
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
