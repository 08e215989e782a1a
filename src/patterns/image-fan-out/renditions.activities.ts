import { type Activity, activity } from "../../durable/orchestration/functions.ts";
import type { AlbumStore } from "../../services/albums/album-store.ts";
import type { Services } from "../../services/services.ts";
import { contactSheetOf } from "./files/contact-sheet.ts";
import { addOutcomes, type Manifest } from "./files/manifest.ts";
import { planPages } from "./lanes/page-plan.ts";
import * as files from "./files/rendition-files.ts";
import type { PhotoOutcome } from "./lanes/lane.contract.ts";
import * as contract from "./renditions.contract.ts";

/** More photos would make a manifest that is too large to open. */
const MAX_PHOTOS = 20_000;
/** The maximum that storage lists in one request. */
const LISTING_PAGE = 5000;
/** Failures in the result. The manifest has all of them. */
const FAILURES_SHOWN = 100;

/** The steps before and after the lanes. */
export function createRenditionActivities({ albums, renditions, renderer }: Services): Activity[] {
  return [
    activity(contract.planRenditions, async (rendering) => {
      // Opened before the photos are listed. A deletion of the album deletes the photos first and then looks for
      // renderings. So either this step finds no photos, or the deletion finds this rendering.
      await renditions.open(rendering);
      const names = await photoNames(albums, rendering.album);
      if (names.length === 0) return { kind: "refused", reason: "The album has no photos any more" };
      if (names.length > MAX_PHOTOS) {
        return { kind: "refused", reason: `The album has more than ${MAX_PHOTOS} photos` };
      }
      const { pages, lanes } = planPages(names);
      const plan = pages.map((page, index) => files.jsonFile(files.pagePath(index), page));
      await files.writeFiles(renditions, rendering, plan);
      return { kind: "planned", photos: names.length, pages: pages.length, lanes };
    }),

    activity(contract.writeManifest, async ({ pages, format, ...rendering }) => {
      const manifest: Manifest = { album: rendering.album, format, photos: [], failures: [] };
      for (let page = 0; page < pages; page += 1) {
        const path = files.outcomesPath(page);
        addOutcomes(manifest, await files.readJsonFile<PhotoOutcome[]>(renditions, rendering, path));
      }
      const file = files.jsonFile(files.storedAt(files.MANIFEST), manifest);
      await files.writeFiles(renditions, rendering, [file]);
      return { failures: manifest.failures.slice(0, FAILURES_SHOWN) };
    }),

    activity(contract.drawContactSheet, async (rendering) => {
      const read = (path: string) => files.readFile(renditions, rendering, files.storedAt(path));
      const manifest = await files.readJsonFile<Manifest>(
        renditions,
        rendering,
        files.storedAt(files.MANIFEST),
      );
      const sheet = await renderer.drawContactSheet(contactSheetOf(manifest, read));
      await files.writeFiles(renditions, rendering, [files.imageFile(files.CONTACT_SHEET, sheet, "jpeg")]);
    }),
  ];
}

async function photoNames(albums: AlbumStore, album: string): Promise<string[]> {
  const names: string[] = [];
  let continuation: string | undefined;
  do {
    const page = await albums.listPhotos(album, { continuation, pageSize: LISTING_PAGE });
    for (const { name } of page?.photos ?? []) names.push(name);
    continuation = page?.continuation;
  } while (continuation !== undefined && names.length <= MAX_PHOTOS);
  return names;
}
