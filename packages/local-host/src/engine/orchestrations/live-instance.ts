import type { Store, StoredInstance } from "../../stores/store.ts";
import { isFinal } from "../../stores/instance.ts";
import type { EventText } from "../history/event-text.ts";
import type { HistoryEvent } from "../history/events.ts";
import type { Action } from "../replay/actions.ts";

/** An event that waits for the next episode, and the row that goes when the episode is committed. */
export interface InboxItem {
  readonly text: EventText;
  /** The execution that it is for; null = whichever runs. */
  readonly executionId: string | null;
  /** What to delete from the store once the event is in the history. */
  readonly source: { readonly table: "messages" | "activities"; readonly seq: number };
}

/** Epoch milliseconds, and units of 100 ns on top. */
export interface EpisodeTime {
  readonly at: number;
  readonly ticks: number;
}

const LAST_TICK = 9999;
const BEFORE_ALL: EpisodeTime = { at: Number.NEGATIVE_INFINITY, ticks: 0 };

/** The time of an episode after `last`: now, or a little later than `last` if the clock has not moved on. */
export function episodeTimeAfter(last: EpisodeTime, now: number): EpisodeTime {
  if (now > last.at) return { at: now, ticks: 0 };
  return { at: last.at, ticks: Math.min(last.ticks + 10, LAST_TICK) };
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
  /** What the current execution had asked for in its last episode in this process. */
  lastActions: readonly Action[] | undefined;
  inbox: InboxItem[] = [];
  isRunning = false;
  isQueued = false;
  /** When the last episode began: later ones never carry an earlier time. */
  lastEpisode: EpisodeTime;

  constructor(record: StoredInstance, historyText = "") {
    this.record = record;
    this.historyText = historyText;
    this.history = historyText === "" ? [] : (JSON.parse(`[${historyText}]`) as HistoryEvent[]);
    this.lastEpisode = historyText === "" ? BEFORE_ALL : { at: record.lastUpdatedTime, ticks: LAST_TICK };
  }

  static load(store: Store, instanceId: string): LiveInstance | undefined {
    const record = store.instance(instanceId);
    if (record === undefined || record.kind === "entity" || isFinal(record.runtimeStatus)) return undefined;
    return new LiveInstance(record, store.history(record.key));
  }
}
