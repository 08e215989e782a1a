import type { RetryOptions } from "./actions.ts";
import { FAILED, Future } from "./future.ts";
import type { TaskOutcome } from "./future.ts";
import type { OrchestrationContext } from "./orchestration-context.ts";

const DAY_MS = 24 * 3600 * 1000;
const DEFAULT_MAX_INTERVAL_MS = 6 * DAY_MS;

const SDK_WAITS =
  "The extension then sets no timer, but the SDK waits for one: the orchestrator never receives the failure. " +
  "Limit the number of attempts instead.";

/**
 * The framework's retry loop. The SDK counts ids in parallel, so two details are part of the protocol. The last failed
 * attempt is followed by one more timer that is due immediately. If the loop gives up because of `retryTimeout` or a
 * non-retriable error, it sets no timer at all (and the SDK waits forever).
 */
export function withRetry(
  context: OrchestrationContext,
  options: RetryOptions,
  attempt: () => Future,
): Future {
  const task = new Future();
  const firstAttempt = context.now;
  let failures = 0;
  const afterFailure = (outcome: TaskOutcome & { ok: false }): void => {
    if (!outcome.retriable) {
      context.problems.report(`A failure that must not be retried ended a retry policy. ${SDK_WAITS}`);
      return task.settle(outcome);
    }
    if (failures + 1 === options.maxNumberOfAttempts) {
      context.createTimer(context.now).whenSettled(() => task.settle(outcome));
      return;
    }
    const delay = nextDelay(context, options, failures, firstAttempt);
    if (delay === 0) {
      context.problems.report(`A retry policy gave up because its retryTimeout had passed. ${SDK_WAITS}`);
      return task.settle(outcome);
    }
    context.createTimer(context.now + delay).whenSettled(() => {
      failures++;
      run();
    });
  };
  const run = (): void => {
    attempt().whenSettled((outcome) => {
      if (outcome.ok) task.settle(outcome);
      else afterFailure(outcome);
    });
  };
  if (options.maxNumberOfAttempts < 1) return Future.settled(FAILED);
  run();
  return task;
}

/** Milliseconds; 0 = do not retry. */
function nextDelay(
  context: OrchestrationContext,
  options: RetryOptions,
  failures: number,
  firstAttempt: number,
): number {
  const timeout = options.retryTimeoutInMilliseconds;
  if (timeout !== undefined && context.now >= firstAttempt + timeout) return 0;
  const delay = options.firstRetryIntervalInMilliseconds * (options.backoffCoefficient ?? 1) ** failures;
  return Math.min(delay, options.maxRetryIntervalInMilliseconds ?? DEFAULT_MAX_INTERVAL_MS);
}
