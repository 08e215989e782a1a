import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { historySource } from "../../../local-host/src/management/history-view.ts";
import type { HistoryEvent, InstanceStatus, RuntimeStatus } from "../../src/api/management-api.ts";

const HISTORIES = join(import.meta.dirname, "../../../../test/replay/histories");

interface Recorded {
  readonly name: string;
  readonly instanceId: string;
  readonly parentInstanceId: string | null;
  readonly status: RuntimeStatus;
  readonly events: Parameters<typeof historySource>[0];
}

/** The recorded instances of a scenario of the shop, as the management API shows them. */
export function recordedInstances(scenario: string): readonly InstanceStatus[] {
  return globSync("*.json", { cwd: join(HISTORIES, scenario) })
    .sort()
    .map((file) => statusOf(JSON.parse(readFileSync(join(HISTORIES, scenario, file), "utf8")) as Recorded));
}

function statusOf({ events, status, parentInstanceId, ...rest }: Recorded): InstanceStatus {
  const source = historySource(events, { showInput: true, showHistoryOutput: true });
  return instanceOf(JSON.parse(source) as HistoryEvent[], {
    name: rest.name,
    instanceId: rest.instanceId,
    runtimeStatus: status,
    ...(parentInstanceId !== null && { parentInstanceId }),
  });
}

/** A status with this history; times and name as the history says. */
export function instanceOf(
  historyEvents: readonly HistoryEvent[],
  change: Partial<InstanceStatus> = {},
): InstanceStatus {
  const time = (event: HistoryEvent | undefined) => `${(event?.Timestamp ?? "").slice(0, 19)}Z`;
  return {
    name: "sample",
    instanceId: "sample-1",
    runtimeStatus: "Completed",
    input: null,
    customStatus: null,
    output: null,
    createdTime: time(historyEvents[0]),
    lastUpdatedTime: time(historyEvents.at(-1)),
    historyEvents,
    ...change,
  };
}

/** Writes a history by milliseconds from its start. */
export class HistoryWriter {
  readonly events: HistoryEvent[] = [];
  readonly #start: number;

  constructor(start = "2026-11-27T11:00:00.000Z") {
    this.#start = Date.parse(start);
    this.add(0, "ExecutionStarted", { FunctionName: "sample", Input: null });
  }

  time(ms: number): string {
    return new Date(this.#start + ms).toISOString();
  }

  add(ms: number, type: string, fields: object = {}): this {
    this.events.push({ EventType: type, Timestamp: this.time(ms), ...fields } as HistoryEvent);
    return this;
  }

  /** An activity that has ended. */
  activity(from: number, to: number, name: string, fields: object = { Result: null }): this {
    const type = "Reason" in fields ? "TaskFailed" : "TaskCompleted";
    return this.add(to, type, { ScheduledTime: this.time(from), FunctionName: name, Input: null, ...fields });
  }

  timer(from: number, due: number, hasFired = true): this {
    this.add(from, "TimerCreated", { FireAt: this.time(due) });
    return hasFired ? this.add(from, "TimerFired", { FireAt: this.time(due) }) : this;
  }
}
