import { isDeepStrictEqual } from "node:util";
import {
  type Action,
  firstDifference,
  type LoadedApp,
  type ReplayedEpisode,
  Replayer,
} from "durable-local-host/replay";
import { callSites } from "./call-sites.ts";
import type { ActionSites, SourcePosition } from "./call-sites.ts";
import { compareEpisode } from "./compare.ts";
import type { Difference } from "./compare.ts";
import { episodesOf } from "./episodes.ts";
import type { RecordedEpisode } from "./episodes.ts";
import type { History, HistoryFilter, HistorySource, Unreadable } from "./history.ts";
import { atAnotherTime } from "./another-time.ts";

/** What the gate says of one instance. */
export type Verdict =
  /** It replays as it was recorded. */
  | { readonly kind: "same" }
  /** It does not: a running instance would fail, hang, or go on with what was scheduled before. */
  | {
      readonly kind: "different";
      readonly difference: Difference;
      /** Where the orchestrator made the replayed call, or where it waits instead; innermost first. */
      readonly at: readonly SourcePosition[];
    }
  /** Two replays of the same history on the same code ask for different things. */
  | { readonly kind: "unstable"; readonly difference: string; readonly at: readonly SourcePosition[] }
  /** The instance failed as non-deterministic when it ran, and does so again. */
  | { readonly kind: "failedBefore"; readonly text: string }
  /** The app has no orchestrator of the name. */
  | { readonly kind: "unknown" }
  /** The app leaves instances of this version to newer code. */
  | { readonly kind: "otherVersion" }
  | { readonly kind: "unreadable"; readonly why: string };

/** The verdict on one instance. */
export interface CheckedInstance {
  readonly instanceId: string;
  /** Of the orchestrator; empty if the history cannot be read. */
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

/**
 * Replays the histories of a source on an app, as they are read; nothing is kept of those that were judged.
 *
 * @throws {SourceError} if the source cannot be read
 */
export async function* check(
  source: HistorySource,
  app: LoadedApp,
  filter: HistoryFilter = {},
): AsyncGenerator<CheckedInstance> {
  const gate = new Gate(app);
  for await (const history of source.histories(filter)) yield await gate.judge(history);
}

/** Judges one history after the other. */
export class Gate {
  readonly #replayer: Replayer;
  readonly #folder: string;

  constructor(app: LoadedApp) {
    this.#replayer = new Replayer(app);
    this.#folder = app.folder;
  }

  async judge(history: History | Unreadable): Promise<CheckedInstance> {
    if ("unreadable" in history) {
      const verdict = { kind: "unreadable", why: history.unreadable } as const;
      return { instanceId: history.instanceId, name: "", version: null, status: "", episodes: 0, verdict };
    }
    const { instanceId, name, version, status } = history;
    const episodes = episodesOf(history.events);
    return {
      instanceId,
      name,
      version,
      status,
      episodes: episodes.length,
      verdict: await this.#verdict(history, episodes),
    };
  }

  async #verdict(history: History, episodes: readonly RecordedEpisode[]): Promise<Verdict> {
    if (!this.#replayer.runsVersion(history.version)) return { kind: "otherVersion" };
    let last: ReplayedEpisode | undefined;
    for (const recorded of episodes) {
      last = await this.#replayer.replay(history, recorded.past, recorded.incoming);
      const difference = compareEpisode(recorded, last);
      if (difference === undefined) continue;
      // An instance that failed for just that when it ran has no difference.
      if (!this.#replayer.knows(history.name)) return { kind: "unknown" };
      return this.#different(history, recorded, difference);
    }
    const final = episodes.at(-1);
    if (last === undefined || final === undefined) return { kind: "same" };
    if (last.nonDeterminism !== undefined) return { kind: "failedBefore", text: last.nonDeterminism };
    return (await this.#unstable(history, final, last)) ?? { kind: "same" };
  }

  /** Replays the episode once more for the places in the sources. */
  async #different(history: History, recorded: RecordedEpisode, difference: Difference): Promise<Verdict> {
    const { result, sites } = await callSites(this.#folder).during(() =>
      this.#replayer.replay(history, recorded.past, recorded.incoming),
    );
    const action = difference.replayed && result.origins[difference.replayed.id];
    return { kind: "different", difference, at: framesOf(action, result.actions, sites) };
  }

  /** The same code must ask for the same things at any time: it is asked again, a year later. */
  async #unstable(
    history: History,
    recorded: RecordedEpisode,
    first: ReplayedEpisode,
  ): Promise<Verdict | undefined> {
    const again = () => atAnotherTime(() => this.#replayer.replay(history, recorded.past, recorded.incoming));
    const now = (await again()).actions;
    const difference = firstDifference(first.actions, now) ?? firstDifference(now, first.actions);
    if (difference === undefined) return undefined;
    const { result, sites } = await callSites(this.#folder).during(again);
    const at = result.actions.findIndex((action, i) => !isDeepStrictEqual(action, first.actions[i]));
    return { kind: "unstable", difference, at: (sites[at] ?? sites.at(-1))?.frames ?? [] };
  }
}

/** Of the action, or of the last one if there is none: there the orchestrator waits. */
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
