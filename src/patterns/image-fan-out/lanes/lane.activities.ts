import { type Activity, activity } from "../../../durable/orchestration/functions.ts";
import type { Services } from "../../../services/services.ts";
import * as files from "../files/rendition-files.ts";
import * as contract from "./lane.contract.ts";

/** The steps of a lane. */
export function createRenditionLaneActivities({ albums, renditions, renderer }: Services): Activity[] {
  return [
    activity(contract.readPage, async ({ page, ...rendering }) => ({
      names: await files.readJsonFile<string[]>(renditions, rendering, files.pagePath(page)),
    })),

    activity(contract.renderPhoto, async ({ name, order, ...rendering }) => {
      const rendered = await renderer.render(() => albums.readPhoto(rendering.album, name), order);
      if (rendered.kind === "missing") {
        return { kind: "failed", name, reason: "The photo was deleted in the meantime" };
      }
      if (rendered.kind === "unreadable") return { kind: "failed", name, reason: rendered.reason };
      const { width, height, images } = rendered;
      // The paths are always the same: a repeated run replaces the files of the first one.
      const written = images.map(({ width, data }) =>
        files.imageFile(files.renditionPath(name, width, order.format), data, order.format),
      );
      await files.writeFiles(renditions, rendering, written);
      const sizes = images.map(({ data, ...size }) => ({ ...size, bytes: data.byteLength }));
      return { kind: "rendered", name, width, height, renditions: sizes };
    }),

    activity(contract.recordPage, async ({ page, outcomes, ...rendering }) => {
      await files.writeFiles(renditions, rendering, [files.jsonFile(files.outcomesPath(page), outcomes)]);
    }),
  ];
}
