import type { StoredInstance } from "../../stores/store.ts";
import type { Delivery } from "../delivery/message-delivery.ts";
import type { HistoryEvent } from "../history/events.ts";
import type { Action } from "../replay/actions.ts";

/** Epoch milliseconds, and additional units of 100 ns. */
export interface EpisodeTime {
  readonly at: number;
  readonly ticks: number;
}

const LAST_TICK = 9999;
const BEFORE_ALL: EpisodeTime = { at: Number.NEGATIVE_INFINITY, ticks: 0 };

/** The time of an episode after `last`: now, or one tick after `last` if the clock has not moved. */
export function episodeTimeAfter(last: EpisodeTime, now: number): EpisodeTime {
  if (now > last.at) return { at: now, ticks: 0 };
  return { at: last.at, ticks: Math.min(last.ticks + 10, LAST_TICK) };
}

/**
 * An orchestration that is not final, in memory: its record, its history, and the events that have arrived
 * since.
 */
export class LiveInstance {
  /** As it was last written to the store. */
  record: StoredInstance;
  /** All committed events of the current execution. */
  history: HistoryEvent[];
  /** The actions of the current execution's last episode in this process. */
  lastActions: readonly Action[] | undefined;
  inbox: Delivery[] = [];
  /** When the last episode began; later episodes never have an earlier time. */
  lastEpisode: EpisodeTime;

  constructor(record: StoredInstance, historyText = "") {
    this.record = record;
    this.history = historyText === "" ? [] : (JSON.parse(`[${historyText}]`) as HistoryEvent[]);
    this.lastEpisode = historyText === "" ? BEFORE_ALL : { at: record.lastUpdatedTime, ticks: LAST_TICK };
  }
}
