import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { EventType, type HistoryEvent } from "durable-local-host/replay";
import { type History, loadAppForReplay, type OrchestratorCall, replay } from "durable-replay";

/**
 * Copies recorded histories with the inputs of activities and sub-orchestrations, as the extension records them with
 * `storeInputsInOrchestrationHistory`. The inputs come from a replay on the unchanged app. Histories in which a call
 * has several events, because it was retried, are left out.
 *
 * @returns the number of copies
 */
export async function copyWithInputs(from: string, to: string, appFolder: string): Promise<number> {
  const app = await loadAppForReplay(appFolder);
  let copies = 0;
  for (const file of globSync("**/*.json", { cwd: from })) {
    const history = JSON.parse(readFileSync(path.join(from, file), "utf8")) as History;
    const calls: OrchestratorCall[] = [];
    for await (const episode of replay(history, app, { places: false }))
      calls.splice(0, calls.length, ...episode.calls);
    const events = withInputs(history.events, calls.flatMap(single));
    if (events === undefined) continue;
    const copy = path.join(to, file);
    mkdirSync(path.dirname(copy), { recursive: true });
    writeFileSync(copy, JSON.stringify({ ...history, events }));
    copies += 1;
  }
  return copies;
}

const single = (call: OrchestratorCall): OrchestratorCall[] => call.tasks?.flatMap(single) ?? [call];

function withInputs(
  events: readonly HistoryEvent[],
  calls: readonly OrchestratorCall[],
): readonly HistoryEvent[] | undefined {
  const activities = calls.filter(({ kind }) => kind.startsWith("callActivity"));
  const children = calls.filter(({ kind }) => kind.startsWith("callSubOrchestrator"));
  const made = activities.length + children.length;
  let filled = 0;
  const inputOf = (call: OrchestratorCall | undefined): string => {
    filled += 1;
    return JSON.stringify(call?.input ?? null);
  };
  const copies = events.map((event): HistoryEvent => {
    if (event.EventType === EventType.TaskScheduled)
      return { ...event, Input: JSON.stringify([inputOf(activities.shift())]) };
    if (event.EventType === EventType.SubOrchestrationInstanceCreated)
      return { ...event, Input: inputOf(children.shift()) };
    return event;
  });
  return made > 0 && filled === made ? copies : undefined;
}
