import { appendFileSync, existsSync, mkdirSync, readFileSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { LOCAL } from "../run.ts";
import type { Mutant } from "./mutant.ts";
import type { Outcome } from "./worker.ts";

const FILE = join(LOCAL, "mutants", "results.jsonl");

/** The result of each mutant, one line of a file each, so that an interrupted run can be resumed. */
export class Results {
  readonly #outcomes = new Map<string, Outcome>();
  readonly #compiling = new Set<string>();

  /** @param goOn keeps earlier results, except survivors, for which tests may have been written */
  constructor(goOn: boolean) {
    mkdirSync(dirname(FILE), { recursive: true });
    if (!goOn) rmSync(FILE, { force: true });
    if (!existsSync(FILE)) return;
    for (const line of readFileSync(FILE, "utf8").split("\n").filter(Boolean)) {
      const { key, outcome } = JSON.parse(line) as { key: string; outcome?: Outcome };
      if (outcome === undefined) this.#compiling.add(key);
      else if (outcome.kind === "survived") this.#outcomes.delete(key);
      else this.#outcomes.set(key, outcome);
    }
  }

  of(mutant: Mutant): Outcome | undefined {
    return this.#outcomes.get(mutant.key);
  }

  /** Whether the compiler has checked and accepted it. */
  compiles({ key }: Mutant): boolean {
    return this.#compiling.has(key);
  }

  addCompiling({ key }: Mutant): void {
    this.#compiling.add(key);
    appendFileSync(FILE, `${JSON.stringify({ key })}\n`);
  }

  add(mutant: Mutant, outcome: Outcome, seconds: number): void {
    const { file, line, what, before, after } = mutant;
    this.#outcomes.set(mutant.key, outcome);
    const record = { key: mutant.key, outcome, seconds, file, line, what, before, after };
    appendFileSync(FILE, `${JSON.stringify(record)}\n`);
  }
}
