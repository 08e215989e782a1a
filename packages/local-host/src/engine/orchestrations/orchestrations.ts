import { isFinal } from "../../stores/instance.ts";
import type { StoredInstance } from "../../stores/store.ts";
import type { Activities } from "../activities/activities.ts";
import type { EngineParts } from "../delivery/engine-parts.ts";
import type { Delivery, Receiver } from "../delivery/message-delivery.ts";
import { RunQueue } from "../delivery/run-queue.ts";
import { laterEvent } from "../history/event-text.ts";
import type { EpisodeOutcome } from "./episode-outcome.ts";
import { EpisodeWriter } from "./episode-writer.ts";
import { EpisodeRunner } from "./episode.ts";
import type { LiveInstance } from "./live-instance.ts";
import { LiveInstances } from "./live-instances.ts";
import { versionMatches } from "./version-match.ts";

/** Receives the events of orchestrations, runs their episodes, and commits the outcomes. */
export class Orchestrations implements Receiver {
  readonly instances: LiveInstances;
  readonly queue: RunQueue<LiveInstance>;
  readonly #parts: EngineParts;
  readonly #episodes: EpisodeRunner;
  readonly #writer: EpisodeWriter;

  constructor(parts: EngineParts, activities: Activities) {
    this.#parts = parts;
    this.instances = new LiveInstances(parts);
    this.#episodes = new EpisodeRunner(parts);
    this.#writer = new EpisodeWriter(parts, this.instances, activities);
    this.queue = new RunQueue(parts.commits, {
      limit: parts.settings.maxConcurrentOrchestratorFunctions,
      hasWork: ({ inbox, record }) => inbox.length > 0 && this.#accepts(record),
      run: (instance) => this.#runEpisode(instance),
    });
  }

  /** Drops an event for an instance that is final or does not exist. */
  receive(delivery: Delivery): void {
    const instance = this.instances.find(delivery.instanceId);
    if (instance === undefined) return this.#parts.messages.discard(delivery);
    instance.inbox.push(delivery);
    this.queue.add(instance);
  }

  /** Whether this host may run an instance of that version, or must fail it. */
  #accepts({ version }: StoredInstance): boolean {
    const { settings } = this.#parts;
    return settings.versionFailureStrategy === "Fail" || versionMatches(version, settings);
  }

  async #runEpisode(instance: LiveInstance): Promise<void> {
    const batch = this.#takeBatch(instance);
    if (batch.length === 0) return;
    const outcome = await this.#episodes.run(instance, batch);
    if (this.instances.isCurrent(instance)) this.#commit(instance, batch, outcome);
    else this.#abandon(instance, batch);
  }

  /** Returns the events for the current execution and discards those for an earlier one. */
  #takeBatch(instance: LiveInstance): Delivery[] {
    const { inbox, record } = instance;
    instance.inbox = [];
    return inbox.filter((delivery) => {
      const isMeant = delivery.executionId === null || delivery.executionId === record.executionId;
      if (!isMeant) this.#parts.messages.discard(delivery);
      return isMeant;
    });
  }

  /**
   * The instance was replaced or deleted during the episode: its successor gets the events that are not for a certain
   * execution.
   */
  #abandon(instance: LiveInstance, batch: readonly Delivery[]): void {
    const successor = this.instances.find(instance.record.instanceId);
    for (const delivery of [...batch, ...instance.inbox]) {
      if (delivery.executionId !== null || successor === undefined) this.#parts.messages.discard(delivery);
      else successor.inbox.push(delivery);
    }
    instance.inbox = [];
    if (successor !== undefined) this.queue.add(successor);
  }

  #commit(instance: LiveInstance, batch: readonly Delivery[], outcome: EpisodeOutcome): void {
    const { messages, log, commits, watchers } = this.#parts;
    for (const delivery of batch) messages.discard(delivery);
    const before = instance.record;
    const record = this.#writer.write(before, outcome);
    this.#advance(instance, record, outcome);
    for (const problem of record.problems.slice(before.problems.length)) {
      log("warning", "Orchestration", `${record.name} '${record.instanceId}': ${problem}`);
    }
    commits.afterCommit(() => watchers.tell(record));
  }

  /** Updates the instance in memory to match the store. */
  #advance(instance: LiveInstance, record: StoredInstance, outcome: EpisodeOutcome): void {
    instance.record = record;
    instance.lastEpisode = outcome.time;
    instance.lastActions = outcome.actions;
    if (isFinal(record.runtimeStatus)) {
      this.instances.forget(record.instanceId);
      for (const delivery of instance.inbox) this.#parts.messages.discard(delivery);
      instance.inbox = [];
      return;
    }
    if (outcome.restarted !== undefined) instance.history = [];
    for (const text of outcome.events) instance.history.push(laterEvent(text));
  }
}
