import { setTimeout as delay } from "node:timers/promises";
import type { OrchestrationContract } from "../../durable/contract.ts";
import { isFinal, type OrchestrationClient } from "../../durable/orchestration-client.ts";
import { Problem } from "../../http/problem.ts";
import { releaseStart } from "../../http/start.ts";
import type { AlbumStore } from "../../services/albums/album-store.ts";
import type { RenditionStore } from "../../services/albums/rendition-store.ts";
import type { Claims } from "../../services/claims.ts";
import { laneId, renditionLane } from "./rendition-lane.contract.ts";
import { renditions } from "./renditions.contract.ts";

/** How long a termination may take: on Azure Storage it is a message in a queue that is polled. */
const PATIENCE_MS = 20_000;

/**
 * Deletes an album and all that was made of it. Can be repeated after any interruption: ids of renderings are
 * found through their files, which go last.
 *
 * @throws {Problem} 503 if a rendering does not end in time; calling again carries on
 */
export async function removeAlbum(
  album: string,
  orchestrations: OrchestrationClient,
  stores: { readonly albums: AlbumStore; readonly renditions: RenditionStore },
  claims: Claims,
): Promise<void> {
  // Photos first: a rendering that starts now finds none, and one that found some is found below.
  await stores.albums.deletePhotos(album);
  for (const id of await stores.renditions.idsOf(album)) {
    // The parent first, so that it starts no lane any more; terminating it does not touch those it has.
    const parent = await end(orchestrations, renditions, id);
    const lanes = Array.from({ length: parent?.status?.lanes ?? 0 }, (_, lane) => laneId(id, lane));
    await Promise.all(lanes.map((lane) => end(orchestrations, renditionLane, lane)));
    // The parent last: it tells how many lanes there are, should this be interrupted.
    await Promise.all(lanes.map((lane) => orchestrations.purge(lane)));
    await releaseStart(claims, id);
    await orchestrations.purge(id);
    await stores.renditions.remove({ album, id });
  }
}

/** The instance once it has ended; undefined if there is none. */
async function end<Input extends object, Output, Status>(
  orchestrations: OrchestrationClient,
  orchestration: OrchestrationContract<Input, Output, Status>,
  id: string,
) {
  let instance = await orchestrations.find(orchestration, id);
  if (!instance || isFinal(instance)) return instance;
  await orchestrations.terminate(id, "Its album is being deleted");
  for (let waited = 0, pause = 25; waited < PATIENCE_MS; waited += pause, pause = Math.min(1000, pause * 2)) {
    await delay(pause);
    instance = await orchestrations.find(orchestration, id);
    if (!instance || isFinal(instance)) return instance;
  }
  throw new Problem("unavailable", "A rendering of the album has not ended yet; try again shortly", {
    headers: { "retry-after": "5" },
  });
}
