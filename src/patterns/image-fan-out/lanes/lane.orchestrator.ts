/**
 * One lane of a fan-out. Each execution renders one page of photos, two at a time, and continues as new with the next
 * page. Its history has at most 180 events, and up to eight more for each photo that storage failures interrupt.
 *
 *   readPage ── renderPhoto × 2 ── renderPhoto × 2 ── … ── recordPage ── continueAsNew
 *
 * Two traps. A large wave is not faster, because there are no more machines: it only fills the queue that all activities
 * of the app share, and the steps of an order wait behind it. And a sliding window (`Task.any` over the pending tasks,
 * again and again) would keep both places busy, but the extension starts a task again for each `Task.any` that contains
 * it. A wave waits for its slowest photo instead. Meanwhile the other lanes continue.
 */
import { orchestrator } from "../../../durable/orchestration/functions.ts";
import { type RetryPolicy, STORAGE_RETRY } from "../../../durable/orchestration/duration.ts";
import {
  addCounts,
  countsOf,
  type PhotoOutcome,
  readPage,
  recordPage,
  renderPhoto,
  renditionLane,
} from "./lane.contract.ts";

/** Of one lane. All lanes together have a few more than one instance of the host can render. */
const PHOTOS_AT_ONCE = 2;

/** One minute in total. A photo that fails longer is reported as failed, and the others continue. */
const PHOTO_RETRY: RetryPolicy = { maxAttempts: 6, firstInterval: { seconds: 2 } };

export const renditionLaneOrchestrator = orchestrator(renditionLane, function* (df, lane) {
  const { album, id, order, page } = lane;
  let tally = lane.tally;
  df.setCustomStatus(tally);
  const { names } = yield* df.callActivity(readPage, { album, id, page }, STORAGE_RETRY);

  const outcomes: PhotoOutcome[] = [];
  for (let start = 0; start < names.length; start += PHOTOS_AT_ONCE) {
    const wave = names.slice(start, start + PHOTOS_AT_ONCE);
    const settled = yield* df.allSettled(
      wave.map((name) => df.callActivity(renderPhoto, { album, id, name, order }, PHOTO_RETRY)),
    );
    for (const [index, photo] of settled.entries()) {
      const outcome = photo.kind === "done" ? photo.value : failedPhoto(wave[index] ?? "");
      outcomes.push(outcome);
      tally = addCounts(tally, countsOf(outcome));
    }
    df.setCustomStatus(tally);
  }

  yield* df.callActivity(recordPage, { album, id, page, outcomes }, STORAGE_RETRY);
  const next = { ...lane, page: page + lane.stride, tally };
  return next.page < lane.pages ? df.continueAsNew(next) : tally;
});

const failedPhoto = (name: string): PhotoOutcome => ({
  kind: "failed",
  name,
  reason: "It could not be rendered, and trying again did not help",
});
