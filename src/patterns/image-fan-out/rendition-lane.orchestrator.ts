/**
 * One lane of a fan-out: a page of photos per execution, in waves of two, then the next page with an empty
 * history: some 180 events at most, and up to eight more for each time that storage fails a photo.
 *
 *   readPage ── renderPhoto × 2 ── renderPhoto × 2 ── … ── recordPage ── continueAsNew
 *
 * Two traps. A large wave renders no faster, as the machines are no more: it only fills the queue that all
 * activities of the app share, and an order waits behind it at every step. And a sliding window (`Task.any` over
 * the pending ones, again and again) would keep both places busy, but the extension starts a task again for each
 * `Task.any` that it is part of. Waves wait for their slowest photo instead; meanwhile the other lanes go on.
 */
import { orchestrator } from "../../durable/orchestration/orchestrator.ts";
import type { RetryPolicy } from "../../durable/orchestration/retry-policy.ts";
import { readPage, recordPage, renderPhoto, renditionLane } from "./rendition-lane.contract.ts";
import { addTallies, type PhotoOutcome, tallyOf } from "./rendition-lane.contract.ts";

/** Times the lanes: what an album has under way at once, a few more than an instance of the host renders. */
const WAVE = 2;

const STORAGE_RETRY: RetryPolicy = { maxAttempts: 5, firstInterval: { seconds: 2 } };
/** A minute in all: what fails for so long is not a short outage of storage, and the others go on without it. */
const PHOTO_RETRY: RetryPolicy = { maxAttempts: 6, firstInterval: { seconds: 2 } };

export const renditionLaneOrchestrator = orchestrator(renditionLane, function* (df, lane) {
  const { album, id, order, page } = lane;
  let tally = lane.tally;
  df.setCustomStatus(tally);
  const { names } = yield* df.callActivity(readPage, { album, id, page }, STORAGE_RETRY);

  const outcomes: PhotoOutcome[] = [];
  for (let start = 0; start < names.length; start += WAVE) {
    const wave = names.slice(start, start + WAVE);
    const settled = yield* df.allSettled(
      wave.map((name) => df.callActivity(renderPhoto, { album, id, name, order }, PHOTO_RETRY)),
    );
    for (const [index, photo] of settled.entries()) {
      const outcome = photo.kind === "done" ? photo.value : givenUp(wave[index] ?? "");
      outcomes.push(outcome);
      tally = addTallies(tally, tallyOf(outcome));
    }
    df.setCustomStatus(tally);
  }

  yield* df.callActivity(recordPage, { album, id, page, outcomes }, STORAGE_RETRY);
  const next = { ...lane, page: page + lane.stride, tally };
  return next.page < lane.pages ? df.continueAsNew(next) : tally;
});

const givenUp = (name: string): PhotoOutcome => ({
  kind: "failed",
  name,
  reason: "It could not be rendered, and trying again did not help",
});
