import type { Episode } from "../core/replay.ts";
import { episodeText } from "../report/episodes.ts";

/** Prints each episode when it has been replayed. */
export async function showEpisodes(episodes: AsyncIterable<Episode>): Promise<void> {
  for await (const episode of episodes) process.stdout.write(`${episodeText(episode)}\n\n`);
}
