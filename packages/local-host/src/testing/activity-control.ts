import { fromTypedData } from "../invocation/trigger-metadata.ts";
import type { Clock } from "../clock.ts";
import type { WaitingInTest } from "../invocation/waiting-in-test.ts";
import type { InvocationResult } from "../invocation/function-runner.ts";
import { asError } from "../errors.ts";

/** One call of an activity as a test sees it. */
export interface ActivityCall {
  /** The input as the activity's code gets it. */
  readonly input: unknown;
  readonly instanceId: string;
  /** The clock's time at the call, epoch milliseconds. */
  readonly at: number;
  /** The outcome of the call; absent while it runs. */
  outcome?: { readonly result: unknown } | { readonly error: string };
}

/** An activity that was called and waits before it runs. */
export interface HeldCall extends ActivityCall {
  /** Lets it run. */
  release(): void;
}

/** Replaces an activity's code in a test. Throwing fails the call. */
export type Double = (input: never, call: { readonly instanceId: string }) => unknown;

interface Fault {
  /** Calls that fail, counted from 1. */
  readonly matches: (call: number) => boolean;
  readonly error: Error;
}

/**
 * Controls one activity in a test: shows its calls, replaces its code, and makes calls fail before or after they run,
 * take longer, or wait. By default, the app's own code runs.
 */
export class ActivityControl {
  readonly name: string;
  /** All calls so far, oldest first, repeated ones included. */
  readonly calls: ActivityCall[] = [];
  readonly #clock: Clock;
  #double: Double | undefined;
  #faults: Fault[] = [];
  /** The number of results that will be lost, and the error that replaces them. */
  #lost: { left: number; readonly error: Error } | undefined;
  #delayMs = 0;
  #holders: ((call: HeldCall) => void)[] = [];

  constructor(name: string, clock: Clock) {
    this.name = name;
    this.#clock = clock;
  }

  /** From now on, runs `double` instead of the app's code. */
  replaceWith(double: Double): this {
    this.#double = double;
    return this;
  }

  /**
   * Makes the n-th call since the host started (1 = first) fail with an error with this text, without running it.
   *
   * @throws {Error} if that call was already made, because it cannot fail any more
   */
  failOn(call: number, message = `Call ${call} of ${this.name} fails at the request of the test`): this {
    if (call <= this.calls.length) {
      throw new Error(
        `Call ${call} of ${this.name} was already made: the host counts calls from its start, ${this.calls.length} so far.`,
      );
    }
    this.#faults.push({ matches: (n) => n === call, error: new Error(message) });
    return this;
  }

  /** Makes every call from now on fail. */
  failAlways(message = `${this.name} fails at the request of the test`): this {
    this.#faults.push({ matches: () => true, error: new Error(message) });
    return this;
  }

  /**
   * Runs the next `times` calls but loses their results: they have their effect, and the engine receives a failure.
   * Without `times`, this applies to every call from now on. Calls that fail in the app's code do not count.
   */
  failAfterRunning(
    times = Infinity,
    message = `The result of ${this.name} is lost at the request of the test`,
  ): this {
    this.#lost = { left: times, error: new Error(message) };
    return this;
  }

  /** Makes every call take this much longer, by the host's clock. */
  delayBy(milliseconds: number): this {
    this.#delayMs = milliseconds;
    return this;
  }

  /** Restores the app's own code: no double, no faults, no lost results, no delay. The list of calls stays. */
  restore(): this {
    this.#double = undefined;
    this.#faults = [];
    this.#lost = undefined;
    this.#delayMs = 0;
    return this;
  }

  /** The next call, held before it runs, so that a test can check the state, raise an event, or crash the host. */
  nextCall(): Promise<HeldCall> {
    return new Promise((resolve) => this.#holders.push(resolve));
  }

  /** Runs one call: `real` is the app's code. `waitingInTest` counts it while it waits, unless its worker has died. */
  async run(
    call: ActivityCall,
    real: () => Promise<InvocationResult>,
    waitingInTest: WaitingInTest,
    death: AbortSignal,
  ): Promise<InvocationResult> {
    const number = this.calls.push(call);
    const wait = (hand: (goOn: () => void) => void) => waitInTest(waitingInTest, death, hand);
    await this.#hold(call, wait);
    if (this.#delayMs > 0) {
      await wait((goOn) => this.#clock.at(this.#clock.now() + this.#delayMs, goOn));
    }
    const fault = this.#faults.find(({ matches }) => matches(number));
    const result = fault ? failure(fault.error) : this.#answer(await this.#execute(call, real));
    call.outcome = result.ok
      ? { result: fromTypedData(result.returnValue ?? undefined) }
      : { error: result.message };
    return result;
  }

  #answer(result: InvocationResult): InvocationResult {
    if (!result.ok || !this.#lost || this.#lost.left <= 0) return result;
    this.#lost.left -= 1;
    return failure(this.#lost.error);
  }

  async #hold(call: ActivityCall, wait: (hand: (goOn: () => void) => void) => Promise<void>): Promise<void> {
    const holder = this.#holders.shift();
    if (!holder) return;
    await wait((release) => holder(Object.assign(call, { release })));
  }

  async #execute(call: ActivityCall, real: () => Promise<InvocationResult>): Promise<InvocationResult> {
    if (!this.#double) return real();
    try {
      const result: unknown = await this.#double(call.input as never, { instanceId: call.instanceId });
      return { ok: true, returnValue: result === undefined ? undefined : { json: JSON.stringify(result) } };
    } catch (error) {
      return failure(error);
    }
  }
}

/**
 * Waits for a call of `goOn`; from then on the activity counts as running again. If its worker dies in the meantime, it
 * never continues.
 */
function waitInTest(
  waitingInTest: WaitingInTest,
  death: AbortSignal,
  hand: (goOn: () => void) => void,
): Promise<void> {
  const remove = waitingInTest.add();
  death.addEventListener("abort", remove, { once: true });
  return new Promise((resolve) => {
    hand(() => {
      remove();
      if (!death.aborted) resolve();
    });
  });
}

function failure(error: unknown): InvocationResult {
  const { message, stack = "" } = asError(error);
  return { ok: false, message, stack };
}
