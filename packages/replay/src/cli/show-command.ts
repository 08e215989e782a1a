import type { Episode } from "../core/replay.ts";
import { episodeText } from "../report/episodes.ts";

/** Prints each episode after its replay. */
export async function showEpisodes(episodes: AsyncIterable<Episode>): Promise<void> {
  for await (const episode of episodes) process.stdout.write(`${episodeText(episode)}\n\n`);
}
