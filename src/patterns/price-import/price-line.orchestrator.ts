/**
 * Error handling and retry, for one line:
 *
 *   setPrice ──▶ applied, or refused: never tried again ──▶ done
 *      │ a fault, or no answer in time
 *      └─▶ tries left? wait, longer each time, and again : settlePrice ──▶ applied after all, or failed
 *
 * Two traps. The SDK retries every error alike, so a refusal is a value here and the loop is our own. And a call
 * that is given up may take effect later: `settlePrice` asks what became of it and, if that is nothing yet, keeps
 * it so. Without it a line could be among the dead letters and in force.
 */
import { failureMessage } from "../../durable/orchestration/failure.ts";
import { isoMilliseconds } from "../../durable/orchestration/duration.ts";
import { orchestrator } from "../../durable/orchestration/orchestrator.ts";
import type { RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import type { Operation } from "../../durable/orchestration/step.ts";
import { type Answer, priceLineImport, setPrice, settlePrice } from "./price-line.contract.ts";
import { pauseAfter } from "./price-line.retry.ts";

const SETTLE_RETRY: RetryPolicy = { maxAttempts: 10, firstInterval: { seconds: 2 } };
/** Azure Storage fires timers up to a second early, and no line is to have less time than it was promised. */
const TIMER_TOLERANCE_MS = 1000;

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

  /** The activity ends its own waiting at the limit; the timer is for when it cannot: its host died, say. */
  function* answerInTime(attempt: number): Operation<Answer | { kind: "fault"; reason: string }> {
    try {
      const first = yield* df.race({
        answer: df.callActivity(setPrice, { ...line, attempt, limit: lineTimeout }),
        late: df.createTimer({ milliseconds: isoMilliseconds(lineTimeout) + TIMER_TOLERANCE_MS }),
      });
      if (first.winner === "answer") return first.value;
      return { kind: "fault", reason: `No answer within ${lineTimeout}` };
    } catch (error) {
      return { kind: "fault", reason: failureMessage(error) };
    }
  }
});
