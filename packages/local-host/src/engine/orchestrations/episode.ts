import { randomUUID } from "node:crypto";
import { isJson } from "../../json.ts";
import type { EngineParts } from "../delivery/engine-parts.ts";
import type { Delivery } from "../delivery/message-delivery.ts";
import { eventText, processedEventText } from "../history/event-text.ts";
import type { EventText } from "../history/event-text.ts";
import { EventType } from "../history/events.ts";
import type { HistoryEvent } from "../history/events.ts";
import { executionStarted, orchestratorCompleted, orchestratorStarted } from "../history/incoming-events.ts";
import { executionCompleted, scheduledEvent } from "../history/scheduled-events.ts";
import type { FinalCompletion } from "../history/scheduled-events.ts";
import type { ScheduledWork } from "../history/scheduled-work.ts";
import { fromTimestamp } from "../history/timestamps.ts";
import { startIn } from "../history/trace-context.ts";
import { knownFunctions } from "../replay/known-functions.ts";
import type { KnownFunctions } from "../replay/known-functions.ts";
import type { OrchestratorAnswer } from "../replay/orchestrator-answer.ts";
import { replay } from "../replay/replay.ts";
import type { ReplayResult } from "../replay/replay.ts";
import { brokenEpisode, freshEvents } from "./episode-outcome.ts";
import type { EpisodeOutcome } from "./episode-outcome.ts";
import { episodeTimeAfter } from "./live-instance.ts";
import type { EpisodeTime, LiveInstance } from "./live-instance.ts";
import { callOrchestrator } from "./orchestrator-call.ts";
import { versionMatches } from "./version-match.ts";

const VERSION_MISMATCH = "Orchestration version did not comply with Worker Versioning";

/** After this many executions without a wait the episode ends, so that others can run and a termination is seen. */
const MAX_GENERATIONS = 100;
const TOO_MANY_GENERATIONS =
  `It has continued as new ${MAX_GENERATIONS} times without waiting for anything. An event that wins a race ` +
  "against a timer right before continueAsNew is delivered to the next execution again: await something in between.";

/** An execution during an episode. */
interface Execution {
  executionId: string;
  input: string | null;
  history: HistoryEvent[];
  fresh: EventText[];
  readonly traceParent: string | undefined;
}

/** Runs episodes: one invocation of the orchestrator function, and the replay of its actions. */
export class EpisodeRunner {
  readonly #parts: EngineParts;
  readonly #functions: KnownFunctions;

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#functions = knownFunctions(parts.runner, parts.settings);
  }

  /**
   * Does not change the instance; `batch` contains only events for its current execution. Never rejects: the store is
   * not used here, so any error concerns only this instance and fails it.
   */
  async run(instance: LiveInstance, batch: readonly Delivery[]): Promise<EpisodeOutcome> {
    try {
      return await this.#run(instance, batch);
    } catch (error) {
      return brokenEpisode(
        instance,
        batch,
        episodeTimeAfter(instance.lastEpisode, this.#parts.clock.now()),
        error,
      );
    }
  }

  async #run(instance: LiveInstance, batch: readonly Delivery[]): Promise<EpisodeOutcome> {
    let time = episodeTimeAfter(instance.lastEpisode, this.#parts.clock.now());
    const fresh = freshEvents(time, batch);
    // Not from the record, which may contain the input of an earlier execution.
    const start = startIn(instance.history) ?? startIn(fresh.map(({ event }) => event));
    const execution: Execution = {
      executionId: instance.record.executionId,
      input: start?.Input ?? null,
      traceParent: start?.ParentTraceContext?.TraceParent,
      history: instance.history,
      fresh,
    };
    const work: { executionId: string; items: readonly ScheduledWork[] }[] = [];
    const problems: string[] = [];
    let restarted: EpisodeOutcome["restarted"];
    let carriedStatus: string | null = null;
    for (let generation = 1; ; generation++) {
      const result: ReplayResult = await this.#replayOnce(instance, execution);
      work.push({ executionId: execution.executionId, items: result.newWork });
      problems.push(...result.problems);
      const customStatus: string | null = result.customStatus ?? carriedStatus;
      const { traceParent } = execution;
      if (result.completion?.kind !== "continuedAsNew") {
        const { completion, actions, waits } = result;
        const events = this.#withNewEvents(execution, result, completion, time.at);
        const ended = { restarted, events, work, completion, customStatus, problems, waits, actions };
        return { ...ended, isCutShort: false, time, traceParent };
      }
      // The status of the old execution stays visible until the new one has run twice or has ended.
      carriedStatus = result.customStatus;
      restarted = { executionId: randomUUID().replaceAll("-", ""), input: result.completion.input };
      time = generationTime(startOf(execution), time, this.#parts.clock.now());
      startOver(instance, execution, restarted, result, time);
      if (generation === MAX_GENERATIONS) {
        problems.push(TOO_MANY_GENERATIONS);
        const cut = {
          restarted,
          events: execution.fresh,
          work,
          completion: undefined,
          customStatus,
          problems,
          waits: [],
        };
        return { ...cut, actions: [], isCutShort: true, time, traceParent };
      }
    }
  }

  async #replayOnce(instance: LiveInstance, execution: Execution): Promise<ReplayResult> {
    const answer = await this.#invoke(instance, execution);
    const { instanceId, name, parentInstanceId } = instance.record;
    const past = execution.history;
    const length = past.length;
    // Appended in place and removed again, because copying a long history for every episode is expensive.
    for (const { event } of execution.fresh) past.push(event);
    try {
      return replay(
        { instanceId, name, parentInstanceId, executionId: execution.executionId },
        past,
        answer,
        {
          functions: this.#functions,
          maxActions: this.#parts.settings.maxOrchestrationActions,
          strict: this.#parts.settings.strict,
          lastActions: past.length === execution.fresh.length ? undefined : instance.lastActions,
        },
      );
    } finally {
      past.length = length;
    }
  }

  async #invoke({ record }: LiveInstance, execution: Execution): Promise<OrchestratorAnswer> {
    if (!versionMatches(record.version, this.#parts.settings)) {
      return { kind: "failure", message: VERSION_MISMATCH };
    }
    // Only a start over HTTP without a body leads to invalid JSON: an empty string.
    if (execution.history.length === 0 && !isJson(execution.input ?? "null")) {
      const { name, instanceId } = record;
      this.#parts.log(
        "warning",
        "Orchestration",
        `${name} '${instanceId}' fails: the POST that started it had no body. Send its input as JSON, or null.`,
      );
      return { kind: "failure", message: `Exception while executing function: Functions.${name}` };
    }
    const { runner } = this.#parts;
    if (runner.isDisabled("orchestrator", record.name)) {
      return { kind: "failure", message: this.#functions.missing("orchestrator", record.name) };
    }
    return callOrchestrator(runner, this.#functions, {
      ...record,
      past: execution.history,
      fresh: execution.fresh.map(({ event }) => event),
      input: execution.input,
      isReplaying: startIn(execution.history) !== undefined,
      traceParent: execution.traceParent,
    });
  }

  #withNewEvents(
    { fresh, traceParent }: Execution,
    result: ReplayResult,
    completion: FinalCompletion | undefined,
    at: number,
  ): EventText[] {
    const events = [...fresh];
    const keepsInputs = this.#parts.settings.storeInputsInOrchestrationHistory;
    for (const item of result.newWork) {
      events.push(eventText(scheduledEvent(item, at, keepsInputs, traceParent)));
    }
    if (completion !== undefined) events.push(eventText(executionCompleted(completion, at)));
    if (events.at(-1)?.event.EventType !== EventType.OrchestratorCompleted) {
      events.push(eventText(orchestratorCompleted(at)));
    }
    return events;
  }
}

/** When the execution began, epoch milliseconds. */
function startOf({ history, fresh }: Execution): number {
  const first = history[0] ?? fresh[0]?.event;
  return first === undefined ? 0 : fromTimestamp(first.Timestamp);
}

/** Only an in-process host finishes an execution faster than this. */
const SHORT_EXECUTION_MS = 5;

/**
 * When the next execution begins. The SDK derives GUIDs from the time in milliseconds and a counter that restarts at 0.
 * After a very short execution the next one starts a millisecond later, so that GUIDs do not repeat.
 */
function generationTime(began: number, last: EpisodeTime, now: number): EpisodeTime {
  const isShort = last.at - began < SHORT_EXECUTION_MS;
  return episodeTimeAfter(last, Math.max(now, isShort ? last.at + 1 : last.at));
}

/** The next execution begins in the same episode, with its own history and with ids from 0. */
function startOver(
  { record }: LiveInstance,
  execution: Execution,
  restarted: { readonly executionId: string; readonly input: string | null },
  { carriedEvents }: ReplayResult,
  { at, ticks }: EpisodeTime,
): void {
  execution.executionId = restarted.executionId;
  execution.input = restarted.input;
  execution.history = [];
  const start = executionStarted(at, {
    instanceId: record.instanceId,
    executionId: restarted.executionId,
    parent: record.parent,
    name: record.name,
    version: record.version,
    input: restarted.input,
    generation: null,
    traceParent: execution.traceParent,
  });
  execution.fresh = [orchestratorStarted(at, ticks), start, ...carriedEvents, orchestratorCompleted(at)].map(
    processedEventText,
  );
}
