import { performance } from "node:perf_hooks";
import type { Mutant } from "./mutant.ts";
import { probed } from "./probe.ts";
import { relatedTests } from "./related-tests.ts";
import { type TestFile, TestFiles } from "./test-files.ts";
import type { Change } from "./test-runner.ts";
import type { Outcome, Worker } from "./worker.ts";

const SHORTEST_LIMIT_MS = 30_000;
const LONGEST_MS = 900_000;

/**
 * Finds the test that notices a mutant. Each test file runs once without a mutant and records which mutants would
 * affect it: only those are tried with it.
 */
export class Verdicts {
  readonly #mutants: readonly Mutant[];
  readonly #keys: readonly string[];
  /** Mutants without a known part of the source: they are tried with every test. */
  readonly #unknown: ReadonlySet<string>;
  readonly #tests: TestFiles;
  readonly #probes = new Map<string, Promise<TestFile>>();

  constructor(mutants: readonly Mutant[], goOn: boolean) {
    this.#mutants = mutants;
    this.#keys = mutants.map(({ key }) => key);
    this.#tests = new TestFiles(goOn);
    const known = new Set(this.#probe("").map(({ file }) => file));
    const isKnown = ({ file, reached }: Mutant) => reached !== undefined && known.has(file);
    this.#unknown = new Set(mutants.filter((mutant) => !isKnown(mutant)).map(({ key }) => key));
  }

  async of(mutant: Mutant, worker: Worker): Promise<Outcome> {
    const { key } = mutant;
    for (const group of relatedTests(mutant.file)) {
      for (const test of this.#tests.inOrder(group)) {
        const { passes, reached, ms } = await this.#knownOf(test, key, worker);
        if (!passes || !(reached.includes(key) || this.#unknown.has(key))) continue;
        const task = { test, changes: [mutant] };
        const limitMs = SHORTEST_LIMIT_MS + 4 * ms;
        const outcome = await worker.run(task, limitMs);
        // A timeout may be caused by the machine's load, so it is repeated.
        if (outcome.kind === "timeout") return worker.run(task, limitMs);
        if (outcome.kind !== "survived") return outcome;
      }
    }
    return { kind: "survived" };
  }

  #knownOf(test: string, key: string, worker: Worker): Promise<TestFile> {
    const before = this.#tests.of(test);
    if (before?.asked.includes(key) === true) return Promise.resolve(before);
    const found = this.#probes.get(test) ?? this.#find(test, worker);
    this.#probes.set(test, found);
    return found;
  }

  async #find(test: string, worker: Worker): Promise<TestFile> {
    let found = await this.#tryWithout(test, worker);
    // It may have failed only because of the machine's load.
    if (!found.passes) found = await this.#tryWithout(test, worker);
    this.#tests.set(test, found);
    return found;
  }

  async #tryWithout(test: string, worker: Worker): Promise<TestFile> {
    const started = performance.now();
    worker.takeNotes();
    const changes = this.#probe(worker.noteFile);
    const outcome = await worker.run({ test, changes }, LONGEST_MS);
    const ms = Math.round(performance.now() - started);
    const reached = worker.takeNotes().flatMap((number) => this.#keys[number] ?? []);
    const passes = outcome.kind === "survived";
    if (!passes) console.log(`Fails without a mutant: ${JSON.stringify(outcome)}`);
    return { passes, ms, asked: this.#keys, reached };
  }

  /** All sources with mutants, changed so that they record which mutants would have an effect. */
  #probe(noteFile: string): Change[] {
    const byFile = Map.groupBy([...this.#mutants.entries()], ([, { file }]) => file);
    return [...byFile].flatMap(([file, entries]) => {
      const source = probed(entries[0]?.[1].original ?? "", new Map(entries), noteFile);
      return source === undefined ? [] : [{ file, source }];
    });
  }
}
