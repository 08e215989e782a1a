import { historyRows } from "../../src/testing/history-table.ts";
import type { RandomRun } from "./random-run.ts";

/** What a run has led to, without what may differ between two runs: execution ids and the borders of episodes. */
export interface Outcome {
  readonly [instanceId: string]: {
    readonly status: string;
    readonly output: unknown;
    readonly customStatus: string | null;
    readonly problems: readonly string[];
    readonly history: readonly string[];
  };
}

const GUID = /[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/;

export async function outcomeOf(run: RandomRun): Promise<Outcome> {
  const outcome: Record<string, Outcome[string]> = {};
  for (const { instanceId, runtimeStatus, output, customStatus, problems } of await run.instances()) {
    const history = historyRows(await run.hub.history(instanceId))
      .filter(({ event }) => !event.startsWith("Orchestrator"))
      .map(({ event, id, what }) => `${event} ${id ?? ""} ${what?.replace(GUID, "(guid)") ?? ""}`);
    outcome[instanceId] = {
      status: runtimeStatus,
      output: jsonOrText(output),
      customStatus,
      problems,
      history,
    };
  }
  return outcome;
}

function jsonOrText(text: string | null): unknown {
  try {
    return JSON.parse(text ?? "null");
  } catch {
    return text;
  }
}
