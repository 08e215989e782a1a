/**
 * Error handling and retry, for one line:
 *
 *   setPrice ──▶ applied, or refused: never tried again ──▶ done
 *      │ a fault, or no answer in time
 *      └─▶ attempts left? wait, longer each time, and again : settlePrice ──▶ applied after all, or failed
 *
 * Two traps. The SDK retries every error alike, so a refusal is a value here and the loop is our own. And a call that was
 * given up may take effect later: `settlePrice` asks whether the price is set and, if not, makes sure that it never will
 * be. Without it a line could be among the dead letters and in force.
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

  /** The activity stops waiting at the limit itself. The timer is for when it cannot, for example if its host died. */
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

/** How long to wait after this number of attempts. */
function pauseAfter(attempts: number, { firstInterval, maxInterval, backoff }: LineRetry): Duration {
  const grown = isoMilliseconds(firstInterval) * backoff ** (attempts - 1);
  return { milliseconds: Math.min(grown, isoMilliseconds(maxInterval)) };
}
