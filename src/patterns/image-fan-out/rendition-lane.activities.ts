import { type Activity, activity } from "../../durable/orchestration/activity.ts";
import * as files from "./rendition-files.ts";
import * as contract from "./rendition-lane.contract.ts";
import type { RenditionServices } from "./renditions.activities.ts";

/** The steps of a lane. */
export function createRenditionLaneActivities({
  albums,
  renditions,
  renderer,
}: RenditionServices): Activity[] {
  return [
    activity(contract.readPage, async ({ page, ...rendering }) => ({
      names: await files.readJsonFile<string[]>(renditions, rendering, files.pagePath(page)),
    })),

    activity(contract.renderPhoto, async ({ name, order, ...rendering }) => {
      const rendered = await renderer.render(() => albums.readPhoto(rendering.album, name), order);
      if (rendered.kind === "missing") {
        return { kind: "failed", name, reason: "The photo was deleted meanwhile" };
      }
      if (rendered.kind === "unreadable") return { kind: "failed", name, reason: rendered.reason };
      const { width, height, images } = rendered;
      // The same paths whenever it runs: a second run replaces what the first one wrote.
      const written = images.map(({ width, data }) =>
        files.imageFile(files.renditionPath(name, width, order.format), data, order.format),
      );
      await files.keepFiles(renditions, rendering, written);
      const sizes = images.map(({ data, ...size }) => ({ ...size, bytes: data.byteLength }));
      return { kind: "rendered", name, width, height, renditions: sizes };
    }),

    activity(contract.recordPage, async ({ page, outcomes, ...rendering }) => {
      await files.keepFiles(renditions, rendering, [files.jsonFile(files.outcomesPath(page), outcomes)]);
    }),
  ];
}
