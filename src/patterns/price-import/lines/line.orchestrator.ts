/**
 * Error handling and retry, for one line:
 *
 *   setPrice ──▶ applied, or refused: not retried ──▶ done
 *      │ a fault, or no answer in time
 *      └─▶ attempts left? wait (growing interval) and retry : settlePrice ──▶ applied after all, or failed
 *
 * Two traps. The SDK retries every error in the same way. So a refusal is a value here, and this file has its own retry
 * loop. And an abandoned call may take effect later. `settlePrice` checks if the price is set, and otherwise prevents
 * it from being set later. Without it, a line could be both among the dead letters and in force.
 */
import {
  type Duration,
  isoMilliseconds,
  type RetryPolicy,
  TIMER_TOLERANCE,
  toMilliseconds,
} from "../../../durable/orchestration/duration.ts";
import { failureMessage } from "../../../durable/orchestration/failure.ts";
import { orchestrator } from "../../../durable/orchestration/functions.ts";
import type { Operation } from "../../../durable/orchestration/step.ts";
import type { LineRetry } from "../price.contract.ts";
import { type Answer, priceLineImport, setPrice, settlePrice } from "./line.contract.ts";

const SETTLE_RETRY: RetryPolicy = { maxAttempts: 10, firstInterval: { seconds: 2 } };

export const priceLineOrchestrator = orchestrator(priceLineImport, function* (df, input) {
  const { policy, ...line } = input;
  const { retry, lineTimeout } = policy;

  for (let attempt = 1; ; attempt++) {
    df.setCustomStatus({ sku: line.line.sku, attempt, attempts: retry.attempts });
    const answer = yield* answerInTime(attempt);
    if (answer.kind === "applied") return { kind: "applied", attempts: attempt };
    const failed = { kind: "failed", attempts: attempt, reason: answer.reason } as const;
    if (answer.kind === "refused") return failed;
    if (attempt >= retry.attempts) {
      const settled = yield* df.callActivity(settlePrice, line, SETTLE_RETRY);
      return settled.kind === "applied" ? { kind: "applied", attempts: attempt } : failed;
    }
    yield* df.createTimer(pauseAfter(attempt, retry));
  }

  /**
   * The activity itself stops waiting at the limit. The timer is needed if the activity cannot, for example if its host
   * died.
   */
  function* answerInTime(attempt: number): Operation<Answer | { kind: "fault"; reason: string }> {
    const limit = isoMilliseconds(lineTimeout) + toMilliseconds(TIMER_TOLERANCE);
    try {
      const first = yield* df.race({
        answer: df.callActivity(setPrice, { ...line, attempt, limit: lineTimeout }),
        late: df.createTimer({ milliseconds: limit }),
      });
      if (first.winner === "answer") return first.value;
      return { kind: "fault", reason: `No answer within ${lineTimeout}` };
    } catch (error) {
      return { kind: "fault", reason: failureMessage(error) };
    }
  }
});

/** The pause after this number of attempts. */
function pauseAfter(attempts: number, { firstInterval, maxInterval, backoff }: LineRetry): Duration {
  const grown = isoMilliseconds(firstInterval) * backoff ** (attempts - 1);
  return { milliseconds: Math.min(grown, isoMilliseconds(maxInterval)) };
}
