import { partId } from "../../../durable/orchestration/instance-id.ts";
import type { TaskHub } from "../../../durable/task-hub/task-hub.ts";
import { terminateWithChildren } from "../../../durable/task-hub/termination.ts";
import { Problem } from "../../../http/problem.ts";
import { EVERY_STATUS } from "../../../http/resource-status.ts";
import { releaseStart } from "../../../http/start.ts";
import type { AlbumSnapshot } from "../../../services/albums/album-store.ts";
import type { Services } from "../../../services/services.ts";

/**
 * Deletes an album with all its renditions. Can be repeated after any interruption: the ids of renderings are found
 * through their files, which are deleted last.
 *
 * @param only the version that the caller wants to delete: photos that were uploaded later stay
 * @throws {Problem} 503 if a rendering does not end in time; the same call again continues
 */
export async function removeAlbum(
  album: string,
  taskHub: TaskHub,
  { albums, renditions, claims }: Services,
  only?: AlbumSnapshot,
): Promise<void> {
  // Photos first, so that a rendering that starts now finds none. Renderings with photos are handled below.
  await albums.deletePhotos(album, only);
  for (const id of await renditions.idsOf(album)) {
    await end(taskHub, id);
    // By their ids: a purge of the parent does not delete them.
    const lanes = await lanesOf(taskHub, id);
    await Promise.all(lanes.map((lane) => end(taskHub, lane)));
    await releaseStart(claims, id);
    await Promise.all([...lanes, id].map((instance) => purge(taskHub, instance)));
    await renditions.remove({ album, id });
  }
}

async function lanesOf(taskHub: TaskHub, id: string): Promise<string[]> {
  const lanes: string[] = [];
  const query = { idPrefix: partId(id, ""), statuses: EVERY_STATUS };
  for await (const page of taskHub.pages(query)) lanes.push(...page.map((lane) => lane.id));
  return lanes;
}

/** Terminates a rendering, if it exists and has not ended. @throws {Problem} 503 */
async function end(taskHub: TaskHub, id: string): Promise<void> {
  if (!(await taskHub.instance(id))) return;
  const { isComplete } = await terminateWithChildren(taskHub, id, "Its album is being deleted");
  if (!isComplete) throw notEnded();
}

async function purge(taskHub: TaskHub, id: string): Promise<void> {
  // Refused if an operator has restarted it in the meantime.
  if ((await taskHub.purge(id)) === "refused") throw notEnded();
}

const notEnded = () =>
  new Problem("unavailable", "A rendering of the album has not ended yet. Try again in a few seconds", {
    headers: { "retry-after": "5" },
  });
