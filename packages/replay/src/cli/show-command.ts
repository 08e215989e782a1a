import { INVALID_EVENT, messageOf, SourceError } from "../core/history.ts";
import type { Episode } from "../core/replay.ts";
import { episodeText } from "../report/episodes.ts";

/** Prints each episode after its replay. @throws {SourceError} if the history has values that no history has */
export async function showEpisodes(episodes: AsyncIterable<Episode>): Promise<void> {
  try {
    for await (const episode of episodes) process.stdout.write(`${episodeText(episode)}\n\n`);
  } catch (error) {
    throw new SourceError(`${INVALID_EVENT}: ${messageOf(error)}`, { cause: error });
  }
}
