import { EventType, type HistoryEvent } from "durable-local-host/replay";
import type { Episode, OrchestratorCall } from "../core/replay.ts";
import { placeText } from "./place.ts";
import { callText, printable } from "./text.ts";

const NAMES = new Map<number, string>(Object.entries(EventType).map(([name, type]) => [type, name]));

/** Formats an episode for people: received events, new calls, log lines, and the task that it waits for. */
export function episodeText(episode: Episode): string {
  const fresh = episode.calls.filter(({ isReplayed }) => !isReplayed);
  const lines = [
    `Episode ${episode.number}, ${episode.at}`,
    ...episode.newEvents.map((event) => `  received  ${eventText(event)}`),
    ...fresh.flatMap((call) => callLines("calls", call)),
    ...episode.log.map(({ level, message }) => `  log       ${level} ${message}`),
  ];
  if (episode.customStatus !== undefined) lines.push(`  status    ${JSON.stringify(episode.customStatus)}`);
  if (episode.waitsFor !== undefined)
    lines.push(`  waits for ${title(episode.waitsFor)}${place(episode.waitsFor)}`);
  if (episode.ended !== undefined) lines.push(`  ended     ${episode.ended}`);
  if (episode.difference !== undefined) {
    const { what, recorded, replayed } = episode.difference;
    lines.push(`  DIFFERS   ${what}: recorded ${callText(recorded)}; now ${callText(replayed)}`);
  }
  return lines.map(printable).join("\n");
}

function callLines(word: string, call: OrchestratorCall): string[] {
  const own = `  ${word.padEnd(9)} ${title(call)}${place(call)}`;
  return [own, ...(call.tasks ?? []).map((task) => `  ${"".padEnd(9)}   ${title(task)}${place(task)}`)];
}

function title({ kind, name, input, fireAt }: OrchestratorCall): string {
  return [kind, name, fireAt, input === undefined ? undefined : JSON.stringify(input)]
    .filter((part) => part !== undefined)
    .join(" ");
}

function place({ at: [innermost] }: OrchestratorCall): string {
  return innermost === undefined ? "" : `   at ${placeText(innermost)}`;
}

function eventText(event: HistoryEvent): string {
  const name = NAMES.get(event.EventType) ?? String(event.EventType);
  if ("TaskScheduledId" in event) return `${name} #${event.TaskScheduledId}`;
  if ("TimerId" in event) return `${name} #${event.TimerId}`;
  return "Name" in event ? `${name} ${event.Name}` : name;
}
