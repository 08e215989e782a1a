import type { AppFunction } from "../app/app-function.ts";
import type { RetryOptions } from "../app/worker-types.ts";
import type { Clock } from "../clock.ts";
import type { TypedData } from "../app/typed-data.ts";
import { failureOf } from "../invocation/failure.ts";
import type { Invocation, InvocationOutcome, Invoker } from "../invocation/invoker.ts";
import { expressionData, triggerMetadata } from "../invocation/trigger-metadata.ts";
import type { OutputBindings } from "./output-bindings.ts";

const MILLISECONDS = 1000;

/**
 * Calls functions without a waiting caller, retries them according to their retry options, and writes their outputs.
 */
export class FunctionCalls {
  readonly #invoker: Invoker;
  readonly #outputs: OutputBindings;
  readonly #clock: Clock;
  readonly #waits = new Set<() => void>();
  #stopped = false;
  #running = 0;
  #whenIdle: (() => void)[] = [];

  constructor(invoker: Invoker, outputs: OutputBindings, clock: Clock) {
    this.#invoker = invoker;
    this.#outputs = outputs;
    this.#clock = clock;
  }

  /** Cancels later attempts; a running attempt continues. */
  stop(): void {
    this.#stopped = true;
    for (const wake of this.#waits) wake();
  }

  get isIdle(): boolean {
    return this.#running === 0;
  }

  /** Resolves when no function runs; a function that waits for its next attempt does not count. */
  idle(): Promise<void> {
    return this.isIdle ? Promise.resolve() : new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Returns the outcome of the last attempt; an output that cannot be written is a failure. Never rejects. */
  async call(
    fn: AppFunction,
    trigger: TypedData | undefined,
    metadata: Readonly<Record<string, TypedData>>,
  ): Promise<InvocationOutcome> {
    this.#running++;
    try {
      return await this.#attempts(fn, trigger, metadata);
    } finally {
      this.#leave();
    }
  }

  async #attempts(
    fn: AppFunction,
    trigger: TypedData | undefined,
    metadata: Readonly<Record<string, TypedData>>,
  ): Promise<InvocationOutcome> {
    const { retryOptions } = fn.metadata;
    const maxRetryCount = retryOptions?.maxRetryCount ?? 0;
    const bindingData = () => expressionData(trigger, metadata);
    let failed: Extract<InvocationOutcome, { ok: false }> | undefined;
    for (let retryCount = 0; ; retryCount++) {
      const outcome = await this.#invoker.invoke(fn, {
        trigger,
        bindingData,
        // A function with a timer trigger gets none.
        ...(fn.triggerType === "timertrigger"
          ? {}
          : { triggerMetadata: () => triggerMetadata(trigger, metadata) }),
        ...(retryOptions === undefined ? {} : { retry: retryContext(retryCount, maxRetryCount, failed) }),
      });
      if (outcome.ok) {
        const error = await this.#outputs.write(fn, outcome.response, bindingData);
        return error === undefined ? outcome : failureOf(error);
      }
      failed = outcome;
      // In the Functions host, -1 means no limit.
      if (this.#stopped || (maxRetryCount >= 0 && retryCount >= maxRetryCount)) return outcome;
      if (!(await this.#wait(retryDelayMs(retryOptions, retryCount)))) return outcome;
    }
  }

  /** Resolves with false if the host stops in the meantime. */
  async #wait(delayMs: number): Promise<boolean> {
    await new Promise<void>((resolve) => {
      const alarm = this.#clock.at(this.#clock.now() + delayMs, () => wake());
      const wake = (): void => {
        alarm.cancel();
        if (this.#waits.delete(wake)) this.#running++;
        resolve();
      };
      this.#waits.add(wake);
      this.#leave();
    });
    return !this.#stopped;
  }

  #leave(): void {
    this.#running--;
    // Work after the call has priority, for example the next time of a schedule.
    setImmediate(() => {
      if (this.isIdle) for (const resolve of this.#whenIdle.splice(0)) resolve();
    });
  }
}

function retryContext(
  retryCount: number,
  maxRetryCount: number,
  before: { readonly message: string; readonly stack: string } | undefined,
): Invocation["retry"] {
  if (before === undefined) return { retryCount, maxRetryCount };
  return { retryCount, maxRetryCount, exception: { message: before.message, stackTrace: before.stack } };
}

function retryDelayMs(options: RetryOptions | undefined, retryCount: number): number {
  if (options?.retryStrategy !== "exponentialBackoff") {
    return (options?.delayInterval?.seconds ?? 0) * MILLISECONDS;
  }
  const shortest = (options.minimumInterval?.seconds ?? 0) * MILLISECONDS;
  const longest = (options.maximumInterval?.seconds ?? Infinity) * MILLISECONDS;
  return Math.min(shortest * 2 ** retryCount, longest);
}
