import { type Duration, isoMilliseconds } from "../../durable/orchestration/duration.ts";
import type { LineRetry } from "./price.request.ts";

/** How long to wait after so many tries. */
export function pauseAfter(attempts: number, { firstInterval, maxInterval, backoff }: LineRetry): Duration {
  const grown = isoMilliseconds(firstInterval) * backoff ** (attempts - 1);
  return { milliseconds: Math.min(grown, isoMilliseconds(maxInterval)) };
}
