import type { Store, StoredInstance } from "../stores/store.ts";
import type { EventText } from "./event-text.ts";
import type { HistoryEvent } from "./history.ts";

/** An event that waits for the next episode, and the row that goes when the episode is committed. */
export interface InboxItem {
  readonly text: EventText;
  /** The execution that it is for; null = whichever runs. */
  readonly executionId: string | null;
  /** What to delete from the store once the event is in the history. */
  readonly source: { readonly table: "messages" | "activities"; readonly seq: number };
}

/**
 * An orchestration that is not final, held in memory over the store: its record, its history as events and as
 * the text that goes to the SDK, and the events that have come since.
 */
export class LiveInstance {
  /** What was last handed to the store. */
  record: StoredInstance;
  /** All committed events of the current execution. */
  history: HistoryEvent[];
  /** The same as JSON texts, joined with commas. */
  historyText: string;
  inbox: InboxItem[] = [];
  isRunning = false;
  isQueued = false;
  /** Instant of the last episode: later episodes never carry an earlier one. */
  lastEpisode = 0;

  constructor(record: StoredInstance, historyText = "") {
    this.record = record;
    this.historyText = historyText;
    this.history = historyText === "" ? [] : (JSON.parse(`[${historyText}]`) as HistoryEvent[]);
    this.lastEpisode = record.lastUpdatedTime;
  }

  static load(store: Store, instanceId: string): LiveInstance | undefined {
    const record = store.instance(instanceId);
    if (record === undefined || record.kind === "entity" || isFinal(record.runtimeStatus)) return undefined;
    return new LiveInstance(record, store.history(record.key));
  }
}

/** Whether an instance with that status has ended. */
export function isFinal(status: StoredInstance["runtimeStatus"]): boolean {
  return status === "Completed" || status === "Failed" || status === "Terminated" || status === "Canceled";
}
