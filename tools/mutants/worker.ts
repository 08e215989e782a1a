import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import process from "node:process";
import { ROOT } from "../run.ts";
import type { Task, Verdict } from "./test-runner.ts";
import { makeWorkspace } from "./workspace.ts";

export type Outcome =
  | { readonly kind: "killed"; readonly by: string }
  | { readonly kind: "timeout" }
  | { readonly kind: "survived" };

/** Runs tests against changed files, one change after the other. */
export class Worker {
  readonly #number: number;
  #runner: ChildProcess | undefined;

  constructor(number: number) {
    this.#number = number;
  }

  async run(task: Task, limitMs: number, mayRepeat = true): Promise<Outcome> {
    const verdict = await this.#answer((this.#runner ??= this.#start()), task, limitMs);
    if (verdict === undefined) {
      this.stop();
      return { kind: "timeout" };
    }
    const { failed } = verdict;
    if (failed === undefined) return { kind: "survived" };
    const message = failed.message.split("\n")[0] ?? "";
    // A test that waited in vain says as much of the machine's load as of the mutant: it is asked again.
    if (mayRepeat && /timed? ?out/i.test(message)) return this.run(task, limitMs, false);
    return { kind: "killed", by: `${failed.module}: ${failed.test}: ${message}` };
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
      cwd: makeWorkspace(this.#number),
      detached: true,
      stdio: ["ignore", "ignore", "inherit", "ipc"],
      execArgv: ["--disable-warning=ExperimentalWarning"],
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
      runner.once(
        "exit",
        settle(() => reject(new Error("The test runner ended: see above"))),
      );
      runner.send(task);
    });
  }
}
