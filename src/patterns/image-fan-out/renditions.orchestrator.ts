/**
 * Fan-out/fan-in: every photo of an album becomes renditions, then a manifest and a contact sheet.
 *
 *   planRenditions ──┬─ lane 0: pages 0, 4, 8 … ─┬── writeManifest ── drawContactSheet
 *                    ├─ lane 1: pages 1, 5, 9 … ─┤
 *                    └─ …                        ┘
 *
 * The trap is size. Every event of a history is replayed at every step: 10,000 photos in one orchestration would
 * replay for hours. With lanes this history has about thirty events, whatever the size of the album.
 */
import { orchestrator } from "../../durable/orchestration/functions.ts";
import { PART_RETRY, STORAGE_RETRY } from "../../durable/orchestration/duration.ts";
import { addCounts, laneId, NO_PHOTOS, renditionLane } from "./lanes/lane.contract.ts";
import { drawContactSheet, planRenditions, renditions, writeManifest } from "./renditions.contract.ts";

export const renditionsOrchestrator = orchestrator(renditions, function* (df, { album, ...order }) {
  const rendering = { album, id: df.instanceId };
  df.setCustomStatus({ step: "planning", total: 0, lanes: 0, ...NO_PHOTOS });
  const plan = yield* df.callActivity(planRenditions, rendering, STORAGE_RETRY);
  if (plan.kind === "refused") return plan;

  const { photos: total, pages, lanes } = plan;
  df.setCustomStatus({ step: "rendering", total, lanes, ...NO_PHOTOS });
  const counts = yield* df.all(
    Array.from({ length: lanes }, (_, lane) =>
      df.callSubOrchestrator(
        renditionLane,
        { ...rendering, order, page: lane, stride: lanes, pages, tally: NO_PHOTOS },
        { instanceId: laneId(df.instanceId, lane), retry: PART_RETRY },
      ),
    ),
  );

  const sum = counts.reduce(addCounts, NO_PHOTOS);
  df.setCustomStatus({ step: "assembling", total, lanes, ...sum });
  const manifest = { ...rendering, format: order.format, pages };
  const { failures } = yield* df.callActivity(writeManifest, manifest, STORAGE_RETRY);
  yield* df.callActivity(drawContactSheet, rendering, STORAGE_RETRY);
  return { kind: "rendered", photos: sum.done, renditions: sum.renditions, failures };
});
