import { type ChildProcess, fork } from "node:child_process";
import { existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import process from "node:process";
import { END_WITH_PARENT, LOCAL, ROOT } from "../run.ts";
import type { Task, Verdict } from "./test-runner.ts";
import { makeWorkspace } from "./workspace.ts";

export type Outcome =
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "timeout"; readonly by: string }
  | { readonly kind: "survived" }
  /** Refused by the compiler. */
  | { readonly kind: "refused" };

/** Runs test files against changed sources, one after the other. */
export class Worker {
  /** The file to which the sources in its copy of the repository write numbers, one per line. */
  readonly noteFile: string;
  readonly #number: number;
  #runner: ChildProcess | undefined;

  constructor(number: number) {
    this.#number = number;
    this.noteFile = join(LOCAL, "mutants", `notes-${number}.txt`);
  }

  /** The numbers recorded since the last call. */
  takeNotes(): number[] {
    if (!existsSync(this.noteFile)) return [];
    const numbers = readFileSync(this.noteFile, "utf8").split("\n").filter(Boolean).map(Number);
    rmSync(this.noteFile);
    return [...new Set(numbers)];
  }

  async run(task: Task, limitMs: number, mayRepeat = true): Promise<Outcome> {
    const verdict = await this.#answer((this.#runner ??= this.#start()), task, limitMs);
    if (verdict === undefined) {
      this.stop();
      return { kind: "timeout", by: task.test };
    }
    const { failed } = verdict;
    if (failed === undefined) return { kind: "survived" };
    const message = failed.message.split("\n")[0] ?? "";
    const by = `${task.test}: ${failed.test}: ${message}`;
    if (!/^((Test|Hook) t|T)imed out/.test(message)) return { kind: "killed", by };
    // A test that timed out may be affected by the machine's load, so it is repeated.
    return mayRepeat ? this.run(task, limitMs, false) : { kind: "timeout", by };
  }

  /** Ends the runner and all processes that its tests have started. */
  stop(): void {
    const { pid } = this.#runner ?? {};
    this.#runner = undefined;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // It has already ended.
    }
  }

  #start(): ChildProcess {
    // A separate process group. Its output is that of the tests.
    return fork(join(ROOT, "tools", "mutants", "test-runner.ts"), {
      cwd: makeWorkspace(String(this.#number)),
      detached: true,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: [END_WITH_PARENT, "--disable-warning=ExperimentalWarning"],
    });
  }

  #answer(runner: ChildProcess, task: Task, limitMs: number): Promise<Verdict | undefined> {
    return new Promise((resolve, reject) => {
      const settle = (act: () => void) => () => {
        clearTimeout(limit);
        runner.removeAllListeners("message").removeAllListeners("exit");
        act();
      };
      const limit = setTimeout(
        settle(() => resolve(undefined)),
        limitMs,
      );
      runner.once("message", (verdict: Verdict) => settle(() => resolve(verdict))());
      runner.once("exit", (code, signal) =>
        settle(() => reject(new Error(`The test runner ended (${String(signal ?? code)}): see above`)))(),
      );
      runner.send(task);
    });
  }
}
