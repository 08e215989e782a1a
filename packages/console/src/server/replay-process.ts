import path from "node:path";
import type { Episode, History, ReplayOptions } from "durable-replay";
import type { ReplayAnswer, ReplayRequest } from "./replay-messages.ts";
import { ReplayShape } from "./replay-shape.ts";

/** What this process uses of `durable-replay`. */
interface Library {
  readonly loadAppForReplay: (folder: string) => Promise<never>;
  readonly replay: (history: History, app: never, options: ReplayOptions) => AsyncGenerator<Episode>;
  readonly EventType: { readonly OrchestratorStarted: number };
}

const MAX_EPISODES = 200;
/** Each episode replays the whole history before it: this bounds the time of an answer. */
const MAX_REPLAYED_EVENTS = 50_000;

/**
 * The process that replays: the app's code runs here a second time, apart from the host, which may be in the middle of
 * an episode, and which no endless loop may stop. One request at a time.
 */
let last: Promise<unknown> = Promise.resolve();
process.on("message", (request: ReplayRequest) => {
  last = last.then(async () => process.send?.(await answerTo(request)));
});
process.on("disconnect", () => process.exit());

async function answerTo({ id, folder, library, history, from }: ReplayRequest): Promise<ReplayAnswer> {
  try {
    const { loadAppForReplay, replay, EventType } = (await import(library)) as Library;
    const app = await loadAppForReplay(folder);
    const { events } = history;
    const count = events.filter(({ EventType: type }) => type === EventType.OrchestratorStarted).length;
    const most = Math.max(1, Math.min(MAX_EPISODES, Math.floor(MAX_REPLAYED_EVENTS / events.length)));
    const first = Math.max(1, Math.min(from ?? Infinity, count - most + 1));
    const own = path.relative(folder, import.meta.filename).replaceAll(path.sep, "/");
    const shape = new ReplayShape(history, (file) => file === own);
    for await (const episode of replay(history, app, { from: first })) {
      shape.add(episode);
      if (episode.number >= first + most - 1) break;
    }
    return { id, replay: shape.result(count) };
  } catch (error) {
    return { id, error: error instanceof Error ? error.message : String(error) };
  }
}
