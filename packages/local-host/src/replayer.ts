import { modelOf } from "./app/loaded-app.ts";
import type { LoadedApp } from "./app/loaded-app.ts";
import { DurableRunner } from "./invocation/durable-runner.ts";
import { Invoker } from "./invocation/invoker.ts";
import type { LogRecord } from "./invocation/log.ts";
import { eventText, laterEvent } from "./engine/history/event-text.ts";
import { isScheduled } from "./engine/history/events.ts";
import type { HistoryEvent } from "./engine/history/events.ts";
import type { Completion, ScheduledWork } from "./engine/history/scheduled-work.ts";
import { fromTimestamp } from "./engine/history/timestamps.ts";
import { startIn } from "./engine/history/trace-context.ts";
import { callOrchestrator } from "./engine/orchestrations/orchestrator-call.ts";
import { versionMatches } from "./engine/orchestrations/version-match.ts";
import { knownFunctions } from "./engine/replay/known-functions.ts";
import type { KnownFunctions } from "./engine/replay/known-functions.ts";
import type { Action } from "./engine/replay/actions.ts";
import type { Identity } from "./engine/replay/orchestration-context.ts";
import { replay } from "./engine/replay/replay.ts";
import { readEngineSettings } from "./engine/settings.ts";
import type { EngineSettings } from "./engine/settings.ts";

/** The instance whose history is replayed. */
export interface Execution extends Identity {
  readonly version: string | null;
}

/** The result of replaying an episode on the app's code. */
export interface ReplayedEpisode {
  /** All actions of the orchestrator since its start, in order, as the SDK returns them. */
  readonly actions: readonly Action[];
  /** The action for which each task id was created, by the id. */
  readonly origins: readonly (Action | undefined)[];
  /** The work that the episode schedules in addition to its history, in the order of the ids. */
  readonly scheduled: readonly ScheduledWork[];
  /** Undefined while the execution continues. */
  readonly completion: Completion | undefined;
  /** JSON text. */
  readonly customStatus: string | null;
  /** The extension's error message, if it would fail the instance as non-deterministic. */
  readonly nonDeterminism: string | undefined;
  readonly log: readonly LogRecord[];
}

/**
 * Replays histories on one app. One episode at a time, because the SDK's results do not contain the id of their
 * episode.
 */
export class Replayer {
  readonly #runner: DurableRunner;
  readonly #settings: EngineSettings;
  readonly #functions: KnownFunctions;
  /** Each episode gives the function the whole history again. */
  readonly #later = new WeakMap<HistoryEvent, HistoryEvent>();
  #now = 0;
  #log: LogRecord[] = [];

  constructor(app: LoadedApp) {
    this.#settings = readEngineSettings(app.settings.durableTask);
    const invoker = new Invoker({
      app,
      model: modelOf(app),
      log: (record) => this.#log.push(record),
      now: () => this.#now,
      binders: new Map(),
    });
    this.#runner = new DurableRunner(app.functions, invoker);
    this.#functions = knownFunctions(this.#runner, this.#settings);
  }

  /** Whether the app has an orchestrator with this name (case-insensitive). */
  knows(orchestrator: string): boolean {
    return this.#runner.find("orchestrator", orchestrator) !== undefined;
  }

  /** Whether the app runs instances of this version, according to its `host.json`. */
  runsVersion(version: string | null): boolean {
    return versionMatches(version, this.#settings);
  }

  /**
   * Replays one episode.
   *
   * @param past the events of the previous episodes
   * @param incoming the events at the start of this episode: its `OrchestratorStarted` and events from outside
   * @param compared work that the past scheduled from this event on is in the result, too, as if this episode scheduled
   * it; default: none
   */
  async replay(
    execution: Execution,
    past: readonly HistoryEvent[],
    incoming: readonly HistoryEvent[],
    compared = past.length,
  ): Promise<ReplayedEpisode> {
    const events = [...past, ...incoming];
    this.#log = [];
    this.#now = fromTimestamp(incoming[0]?.Timestamp ?? "");
    const answer = await callOrchestrator(this.#runner, this.#functions, {
      ...execution,
      past: past.map((event) => this.#laterEvent(event)),
      fresh: incoming,
      input: startIn(events)?.Input ?? null,
      isReplaying: past.length > 0,
      sourceInstanceId: null,
      traceParent: undefined,
    });
    const known =
      compared === past.length ? events : events.filter((event, i) => i < compared || !isScheduled(event));
    const result = replay(execution, known, answer, {
      functions: this.#functions,
      maxActions: this.#settings.maxOrchestrationActions,
      strict: false,
      lastActions: undefined,
    });
    return {
      actions: result.actions,
      origins: result.origins,
      scheduled: result.newWork,
      completion: result.completion,
      customStatus: result.customStatus,
      nonDeterminism: result.nonDeterminism,
      log: this.#log,
    };
  }

  #laterEvent(event: HistoryEvent): HistoryEvent {
    let later = this.#later.get(event);
    if (later === undefined) this.#later.set(event, (later = laterEvent(eventText(event))));
    return later;
  }
}
