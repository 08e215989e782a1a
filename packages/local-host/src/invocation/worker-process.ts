import { type InvocationResult, WORKER_GONE } from "./function-runner.ts";

/**
 * The worker process of a real host, which runs the app's functions and can die while the host continues. Here its code runs in the
 * host's own process, and continues after the death of the worker, but its results are ignored.
 */
export class WorkerProcess {
  readonly #inProgress = new Set<() => void>();

  /** The result of a call, unless the worker dies first. */
  answerOf(call: Promise<InvocationResult>): Promise<InvocationResult> {
    return new Promise((resolve, reject) => {
      const dies = () => resolve(WORKER_GONE);
      this.#inProgress.add(dies);
      call.then(resolve, reject).finally(() => this.#inProgress.delete(dies));
    });
  }

  /** Ends the calls in progress; the next calls run in a new worker. */
  kill(): void {
    const calls = [...this.#inProgress];
    this.#inProgress.clear();
    for (const dies of calls) dies();
  }
}
