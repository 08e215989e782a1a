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
  /** By the compiler. */
  | { readonly kind: "refused" };

/** Runs test files against changed sources, one after the other. */
export class Worker {
  /** To which the sources in its copy of the repository may write numbers, one a line. */
  readonly noteFile: string;
  readonly #number: number;
  #runner: ChildProcess | undefined;

  constructor(number: number) {
    this.#number = number;
    this.noteFile = join(LOCAL, "mutants", `notes-${number}.txt`);
  }

  /** What was noted since the last time. */
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
    // A test that waited in vain says as much of the machine's load as of the mutant: it is asked again.
    return mayRepeat ? this.run(task, limitMs, false) : { kind: "timeout", by };
  }

  /** Ends the runner with all that its tests have started. */
  stop(): void {
    const { pid } = this.#runner ?? {};
    this.#runner = undefined;
    if (pid === undefined) return;
    try {
      process.kill(process.platform === "win32" ? pid : -pid, "SIGKILL");
    } catch {
      // It has ended by itself.
    }
  }

  #start(): ChildProcess {
    // A process group of its own. What it prints is what tests print.
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
