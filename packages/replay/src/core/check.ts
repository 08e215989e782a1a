import { isDeepStrictEqual } from "node:util";
import {
  type Action,
  AppError,
  EventType,
  firstDifference,
  type HistoryEvent,
  type LoadedApp,
  type ReplayedEpisode,
  Replayer,
} from "durable-local-host/replay";
import { callSites } from "./call-sites.ts";
import type { ActionSites, SourcePosition } from "./call-sites.ts";
import { compareEpisode } from "./compare.ts";
import type { Difference } from "./compare.ts";
import { type EpisodeGuard, unguarded } from "./episode-guard.ts";
import { episodesOf, spansOf } from "./episodes.ts";
import type { RecordedEpisode, Span } from "./episodes.ts";
import { INVALID_EVENT, messageOf } from "./history.ts";
import type { History, HistoryFilter, HistorySource, NotStarted, Unreadable } from "./history.ts";
import { withClock } from "./with-clock.ts";

/** Later than any rounding in an orchestrator, and on another weekday. */
const LATER_MS = 400 * 24 * 3600 * 1000;

/** The result of the gate for one instance. */
export type Verdict =
  /** The instance replays as recorded. */
  | { readonly kind: "same" }
  /** The replay differs: a running instance would fail, hang, or continue with what was scheduled before. */
  | {
      readonly kind: "different";
      readonly difference: Difference;
      /** Where the orchestrator made the replayed call, or where it waits instead; innermost frame first. */
      readonly at: readonly SourcePosition[];
    }
  /** Two replays of the same history on the same code schedule different calls. */
  | { readonly kind: "unstable"; readonly difference: string; readonly at: readonly SourcePosition[] }
  /** The instance failed as non-deterministic when it was recorded, and fails again. */
  | { readonly kind: "failedBefore"; readonly text: string }
  /** The instance has no history yet; the app has its orchestrator. */
  | { readonly kind: "notStarted" }
  /** The app has no orchestrator with this name. */
  | { readonly kind: "unknown" }
  /** The app does not run instances of this version; newer code does. */
  | { readonly kind: "otherVersion" }
  | { readonly kind: "unreadable"; readonly why: string };

/** The verdict for one instance. */
export interface CheckedInstance {
  readonly instanceId: string;
  /** The orchestrator's name; empty if the history cannot be read. */
  readonly name: string;
  readonly version: string | null;
  readonly status: string;
  readonly episodes: number;
  readonly verdict: Verdict;
}

/** Verdicts that stop a deployment. */
export function isBroken({ kind }: Verdict): boolean {
  return kind === "different" || kind === "unstable" || kind === "unknown" || kind === "unreadable";
}

/** Verdicts that are counted, not reported one by one. */
export function isFine({ kind }: Verdict): boolean {
  return kind === "same" || kind === "notStarted";
}

/**
 * Replays the histories of a source on an app while they are read. Checked histories are not kept in memory.
 *
 * @throws {SourceError} if the source cannot be read
 */
export async function* check(
  source: HistorySource,
  app: LoadedApp,
  filter: HistoryFilter = {},
  guard: EpisodeGuard = unguarded,
): AsyncGenerator<CheckedInstance> {
  const gate = new Gate(app, guard);
  for await (const history of source.histories(filter)) yield await gate.judge(history);
}

/** Checks histories one by one. */
export class Gate {
  readonly #replayer: Replayer;
  readonly #folder: string;
  readonly #guard: EpisodeGuard;

  constructor(app: LoadedApp, guard: EpisodeGuard = unguarded) {
    this.#replayer = new Replayer(app);
    this.#guard = guard;
    this.#folder = app.folder;
  }

  async judge(history: History | Unreadable | NotStarted): Promise<CheckedInstance> {
    if ("unreadable" in history) {
      const verdict = { kind: "unreadable", why: history.unreadable } as const;
      return { instanceId: history.instanceId, name: "", version: null, status: "", episodes: 0, verdict };
    }
    const { instanceId, name, version, status } = history;
    if ("notStarted" in history) {
      return { instanceId, name, version, status, episodes: 0, verdict: this.#beforeStart(history) };
    }
    const why = faultOf(history);
    if (why !== undefined) {
      const verdict = { kind: "unreadable", why } as const;
      return { instanceId, name, version, status, episodes: 0, verdict };
    }
    const episodes = episodesOf(history.events);
    const verdict = await this.#verdictOrFault(history, episodes);
    return { instanceId, name, version, status, episodes: episodes.length, verdict };
  }

  #beforeStart({ name, version }: NotStarted): Verdict {
    if (!this.#replayer.runsVersion(version)) return { kind: "otherVersion" };
    return { kind: this.#replayer.knows(name) ? "notStarted" : "unknown" };
  }

  /** A history with invalid values must not end the check of all others. */
  async #verdictOrFault(history: History, episodes: readonly RecordedEpisode[]): Promise<Verdict> {
    try {
      return await this.#verdict(history, episodes);
    } catch (error) {
      if (error instanceof AppError) throw error;
      return { kind: "unreadable", why: `${INVALID_EVENT}: ${messageOf(error)}` };
    }
  }

  async #verdict(history: History, episodes: readonly RecordedEpisode[]): Promise<Verdict> {
    if (!this.#replayer.runsVersion(history.version)) return { kind: "otherVersion" };
    let last: ReplayedEpisode | undefined;
    for (const span of spansOf(episodes)) {
      last = await this.#replay(history, span.episode);
      const difference = compareEpisode(span.episode, last);
      if (difference === undefined) continue;
      // An instance that already failed for this reason when it was recorded has no difference.
      if (!this.#replayer.knows(history.name)) return { kind: "unknown" };
      const exact = span.episodes.length > 1 || last.nonDeterminism !== undefined;
      const first = exact ? await this.#firstDifference(history, episodes, span) : undefined;
      return this.#different(history, ...(first ?? [span.episode, difference]));
    }
    const final = episodes.at(-1);
    if (last === undefined || final === undefined) return { kind: "same" };
    if (last.nonDeterminism !== undefined) return { kind: "failedBefore", text: last.nonDeterminism };
    return (await this.#unstable(history, final, last)) ?? { kind: "same" };
  }

  #replay(history: History, recorded: RecordedEpisode): Promise<ReplayedEpisode> {
    const { number, past, incoming, compared } = recorded;
    return this.#guard(history, number, () => this.#replayer.replay(history, past, incoming, compared));
  }

  /** Searches the episode that differs, after a replay of several episodes did. */
  async #firstDifference(
    history: History,
    all: readonly RecordedEpisode[],
    span: Span,
  ): Promise<[RecordedEpisode, Difference] | undefined> {
    const lost = await this.#firstLost(history, all.slice(0, span.episode.number));
    for (const recorded of lost === undefined ? span.episodes : all.slice(Math.max(0, lost - 1), lost + 1)) {
      const difference = compareEpisode(recorded, await this.#replay(history, recorded));
      if (difference !== undefined) return [recorded, difference];
    }
    return undefined;
  }

  /**
   * The index of the first episode that the extension would fail as non-deterministic, because of the previous one;
   * undefined if there is none. All later episodes fail, too.
   */
  async #firstLost(history: History, episodes: readonly RecordedEpisode[]): Promise<number | undefined> {
    let [low, high] = [0, episodes.length];
    while (low < high) {
      const middle = (low + high) >>> 1;
      const recorded = episodes[middle];
      const isLost = recorded && (await this.#replay(history, recorded)).nonDeterminism !== undefined;
      if (isLost === true) high = middle;
      else low = middle + 1;
    }
    return low < episodes.length ? low : undefined;
  }

  /** Replays the episode once more, to find the source positions. */
  async #different(history: History, recorded: RecordedEpisode, difference: Difference): Promise<Verdict> {
    const { result, sites } = await callSites(this.#folder).during(() => this.#replay(history, recorded));
    const action = difference.replayed && result.origins[difference.replayed.id];
    return { kind: "different", difference, at: framesOf(action, result.actions, sites) };
  }

  /**
   * The same code must schedule the same calls at any time, so the episode is replayed again with a clock that is more
   * than a year ahead. So results that depend on the clock differ even if the code is fast.
   */
  async #unstable(
    history: History,
    recorded: RecordedEpisode,
    first: ReplayedEpisode,
  ): Promise<Verdict | undefined> {
    const { now: realNow } = Date;
    const again = () =>
      withClock(
        () => realNow() + LATER_MS,
        () => this.#replay(history, recorded),
      );
    const now = (await again()).actions;
    const difference = firstDifference(first.actions, now) ?? firstDifference(now, first.actions);
    if (difference === undefined) return undefined;
    const { result, sites } = await callSites(this.#folder).during(again);
    const at = result.actions.findIndex((action, i) => !isDeepStrictEqual(action, first.actions[i]));
    return { kind: "unstable", difference, at: (sites[at] ?? sites.at(-1))?.frames ?? [] };
  }
}

/** Why a history cannot be replayed. Without this check nothing would be compared, and so nothing would differ. */
function faultOf({ events }: History): string | undefined {
  // Files and tables may contain anything.
  const types = events.map((event: Partial<HistoryEvent> | null) => event?.EventType);
  const unknown = types.find((type) => !Number.isInteger(type));
  if (types.some((type) => !Number.isInteger(type))) {
    return `The history has an event of the unknown type ${JSON.stringify(unknown) ?? "undefined"}: use a version of durable-replay that knows it.`;
  }
  if (types.includes(EventType.OrchestratorStarted)) return undefined;
  return "The history has no event OrchestratorStarted: it is empty or cut off. Record it again.";
}

/** The call site of the action. Without an action, the site of the last action, where the orchestrator waits. */
function framesOf(
  action: Action | undefined,
  actions: readonly Action[],
  sites: readonly ActionSites[],
): readonly SourcePosition[] {
  const found = action && findSites(action, actions, sites);
  return (found ?? sites.at(-1))?.frames ?? [];
}

function findSites(
  wanted: Action,
  actions: readonly Action[],
  sites: readonly ActionSites[],
): ActionSites | undefined {
  for (const [i, action] of actions.entries()) {
    const own = sites[i];
    if (own === undefined) return undefined;
    if (action === wanted) return own;
    const within =
      "compoundActions" in action ? findSites(wanted, action.compoundActions, own.children) : undefined;
    if (within !== undefined) return within;
  }
  return undefined;
}
