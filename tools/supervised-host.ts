import type { ChildProcess } from "node:child_process";

/** The host of `npm start`: one process at a time, which is started again on a change or when it asks for that. */
export class SupervisedHost {
  readonly #spawn: () => ChildProcess;
  readonly #onEnd: (exitCode: number) => void;
  #child: ChildProcess;
  #isRestarting = false;
  #isStopping = false;

  /**
   * @param spawn starts a process with an IPC channel, which ends when the channel closes
   * @param onEnd called when no process runs any more: after a stop with 0
   */
  constructor(spawn: () => ChildProcess, onEnd: (exitCode: number) => void) {
    this.#spawn = spawn;
    this.#onEnd = onEnd;
    this.#child = this.#start();
  }

  get isRunning(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Ends the process cleanly, and starts another one when it has ended, or at once if none runs. */
  restart(): void {
    if (this.#isStopping) return;
    if (!this.isRunning) {
      this.#child = this.#start();
      return;
    }
    this.#isRestarting = true;
    this.#disconnect();
  }

  /** Ends the process cleanly, and starts no other one. */
  stop(): void {
    if (this.#isStopping) return;
    this.#isStopping = true;
    if (!this.isRunning) return this.#onEnd(0);
    this.#disconnect();
  }

  /** Ends the process at once, also if it does not react. */
  kill(): void {
    this.#isStopping = true;
    this.#child.kill("SIGKILL");
  }

  #disconnect(): void {
    if (this.#child.connected) this.#child.disconnect();
  }

  #start(): ChildProcess {
    this.#isRestarting = false;
    const child = this.#spawn();
    // The host says it just before it kills itself, because somebody clicked on that in the console.
    let asksForRestart = false;
    child.on("message", (message) => (asksForRestart = message === "restart"));
    child.on("exit", (code) => {
      if (this.#isStopping) return this.#onEnd(0);
      if (!asksForRestart && !this.#isRestarting) return this.#onEnd(code ?? 1);
      if (asksForRestart) console.log("The host was killed from the console; starting it again …");
      this.#child = this.#start();
    });
    return child;
  }
}
