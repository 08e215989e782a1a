import { RetryOptions } from "durable-functions";
import { type Duration, toMilliseconds } from "./duration.ts";

/**
 * When and how often a failed call is tried again. A named constant beside the call that uses it.
 *
 * The SDK's `retryTimeout` is left out on purpose: when it runs out, the extension gives up without the timer
 * that the SDK waits for, and the instance hangs.
 */
export interface RetryPolicy {
  /** Calls in total, the first one included; at least 1. */
  readonly maxAttempts: number;
  readonly firstInterval: Duration;
  /** Factor from one interval to the next; default 2. */
  readonly backoffCoefficient?: number;
  /** Cap of the growing interval; default 5 minutes. */
  readonly maxInterval?: Duration;
}

/** The policy in the SDK's own terms. */
export function toRetryOptions(policy: RetryPolicy): RetryOptions {
  const options = new RetryOptions(toMilliseconds(policy.firstInterval), policy.maxAttempts);
  options.backoffCoefficient = policy.backoffCoefficient ?? 2;
  options.maxRetryIntervalInMilliseconds = toMilliseconds(policy.maxInterval ?? { minutes: 5 });
  return options;
}

/**
 * For a sub-orchestration. If its worker process dies, it starts again under its own id, and its idempotency keys keep
 * effects from happening twice. Without a retry the parent would fail with it.
 */
export const PART_RETRY: RetryPolicy = {
  maxAttempts: 4,
  firstInterval: { seconds: 5 },
  backoffCoefficient: 2,
};

/** For a step that reads or writes the app's own storage. */
export const STORAGE_RETRY: RetryPolicy = { maxAttempts: 5, firstInterval: { seconds: 2 } };
