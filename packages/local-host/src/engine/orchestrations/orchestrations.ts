import type { Clock } from "../../clock.ts";
import type { Store, StoredActivity, StoredInstance } from "../../stores/store.ts";
import type { CommitGroup } from "../delivery/commit-group.ts";
import type { EpisodeRunner } from "./episode.ts";
import type { EpisodeOutcome } from "./episode-outcome.ts";
import { EpisodeWriter } from "./episode-writer.ts";
import { executionStarted } from "../history/incoming-events.ts";
import { LiveInstance } from "./live-instance.ts";
import { isFinal } from "../../stores/instance.ts";
import type { InboxItem } from "./live-instance.ts";
import type { EngineLog } from "../log.ts";
import type { MessageDelivery } from "../delivery/message-delivery.ts";
import type { NewInstance } from "./new-instance.ts";
import { traceParentIn } from "../history/trace-context.ts";

/** All orchestrations that are not final: takes their events in, runs their episodes, commits what they did. */
export class Orchestrations {
  readonly #store: Store;
  readonly #commits: CommitGroup;
  readonly #clock: Clock;
  readonly #messages: MessageDelivery;
  readonly #episodes: EpisodeRunner;
  readonly #nextNumber: () => number;
  readonly #maxRunning: number;
  readonly #accepts: (record: StoredInstance) => boolean;
  readonly #writer: EpisodeWriter;
  readonly #onCommitted: (record: StoredInstance) => void;
  readonly #onFailure: (error: unknown) => void;
  readonly #log: EngineLog;
  readonly #live = new Map<string, LiveInstance>();
  #ready: LiveInstance[] = [];
  #running = 0;
  #isStopped = false;

  constructor(parts: {
    readonly store: Store;
    readonly commits: CommitGroup;
    readonly clock: Clock;
    readonly messages: MessageDelivery;
    readonly episodes: EpisodeRunner;
    readonly nextNumber: () => number;
    readonly maxRunning: number;
    /** Whether this host may run an instance of that version. */
    readonly accepts: (record: StoredInstance) => boolean;
    readonly dispatch: (activity: StoredActivity) => void;
    readonly onCommitted: (record: StoredInstance) => void;
    readonly onFailure: (error: unknown) => void;
    readonly log: EngineLog;
  }) {
    this.#store = parts.store;
    this.#commits = parts.commits;
    this.#clock = parts.clock;
    this.#messages = parts.messages;
    this.#episodes = parts.episodes;
    this.#nextNumber = parts.nextNumber;
    this.#maxRunning = parts.maxRunning;
    this.#accepts = parts.accepts;
    this.#writer = new EpisodeWriter({ ...parts, begin: (start) => void this.begin(start) });
    this.#onCommitted = parts.onCommitted;
    this.#onFailure = parts.onFailure;
    this.#log = parts.log;
  }

  /** Whether an episode can begin now. */
  get isReady(): boolean {
    return this.#ready.length > 0 && this.#running < this.#maxRunning;
  }

  get isIdle(): boolean {
    return this.#running === 0 && this.#ready.length === 0;
  }

  /** Starts nothing more; what waits stays in the store. */
  stop(): void {
    this.#isStopped = true;
    this.#ready = [];
  }

  /** Puts a new instance into the store, in place of one with the same id, together with its first event. */
  begin(start: NewInstance): StoredInstance {
    const at = this.#clock.now();
    const before = this.#store.instance(start.instanceId);
    if (before !== undefined) this.#store.deleteHistory(before.key);
    this.#live.delete(start.instanceId);
    const record: StoredInstance = {
      key: this.#nextNumber(),
      kind: "orchestration",
      instanceId: start.instanceId,
      executionId: start.executionId,
      name: start.name,
      version: start.version,
      runtimeStatus: "Pending",
      input: start.input,
      output: null,
      customStatus: null,
      parentInstanceId: start.parent?.OrchestrationInstance.InstanceId ?? null,
      parent: start.parent,
      generation: start.generation,
      sourceInstanceId: start.sourceInstanceId,
      createdTime: at,
      lastUpdatedTime: at,
      problems: [],
    };
    this.#store.putInstance(record);
    this.#live.set(start.instanceId, new LiveInstance(record));
    this.#messages.send(
      { kind: "orchestration", instanceId: start.instanceId, executionId: start.executionId },
      executionStarted(at, start),
    );
    this.#commits.afterCommit(() => this.#onCommitted(record));
    return record;
  }

  /** Takes in an event; one for an instance that is final or gone is dropped. */
  deliver(instanceId: string, item: InboxItem): void {
    const instance = this.#find(instanceId);
    if (instance === undefined) return this.#discard(item);
    instance.inbox.push(item);
    this.#enqueue(instance);
  }

  /** The instance's record as it was last handed to the store. */
  record(instanceId: string): StoredInstance | undefined {
    return this.#live.get(instanceId)?.record ?? this.#store.instance(instanceId);
  }

  /** The trace that an instance belongs to; undefined if it has ended. */
  traceParent(instanceId: string): string | undefined {
    return traceParentIn(this.#find(instanceId)?.history ?? []);
  }

  /** Forgets an instance that is deleted or replaced from outside; an episode in flight comes to nothing. */
  forget(instanceId: string): void {
    this.#live.delete(instanceId);
  }

  /** Starts episodes of instances that have events, as many as may run at once. */
  pump(): void {
    const ready = this.#ready;
    let started = 0;
    while (!this.#isStopped && started < ready.length && this.#running < this.#maxRunning) {
      const instance = ready[started++];
      if (instance === undefined) break;
      instance.isQueued = false;
      this.#running++;
      instance.isRunning = true;
      void this.#runEpisode(instance);
    }
    if (started > 0) this.#ready = ready.slice(started);
  }

  #find(instanceId: string): LiveInstance | undefined {
    const known = this.#live.get(instanceId);
    if (known !== undefined) return known;
    const loaded = LiveInstance.load(this.#store, instanceId);
    if (loaded !== undefined) this.#live.set(instanceId, loaded);
    return loaded;
  }

  #enqueue(instance: LiveInstance): void {
    if (instance.isQueued || instance.isRunning || this.#isStopped) return;
    if (!this.#accepts(instance.record)) return;
    instance.isQueued = true;
    this.#ready.push(instance);
    this.#commits.schedule();
  }

  async #runEpisode(instance: LiveInstance): Promise<void> {
    try {
      const batch = this.#takeBatch(instance);
      if (batch.length > 0) {
        const outcome = await this.#episodes.run(instance, batch);
        if (this.#live.get(instance.record.instanceId) === instance) this.#commit(instance, batch, outcome);
        else this.#abandon(instance, batch);
      }
    } catch (error) {
      this.#onFailure(error);
    } finally {
      this.#running--;
      instance.isRunning = false;
      if (instance.inbox.length > 0) this.#enqueue(instance);
      this.#commits.schedule();
    }
  }

  /** Takes what the inbox holds for the current execution and drops what was meant for an earlier one. */
  #takeBatch(instance: LiveInstance): InboxItem[] {
    const { inbox, record } = instance;
    instance.inbox = [];
    const batch: InboxItem[] = [];
    for (const item of inbox) {
      if (item.executionId === null || item.executionId === record.executionId) batch.push(item);
      else this.#discard(item);
    }
    return batch;
  }

  /** The instance was replaced or deleted during the episode: only events for whichever execution remain. */
  #abandon(instance: LiveInstance, batch: readonly InboxItem[]): void {
    const successor = this.#find(instance.record.instanceId);
    for (const item of [...batch, ...instance.inbox]) {
      if (item.executionId !== null || successor === undefined) this.#discard(item);
      else successor.inbox.push(item);
    }
    instance.inbox = [];
    if (successor !== undefined && successor.inbox.length > 0) this.#enqueue(successor);
  }

  #commit(instance: LiveInstance, batch: readonly InboxItem[], outcome: EpisodeOutcome): void {
    for (const item of batch) this.#discard(item);
    const before = instance.record;
    const { record, text } = this.#writer.write(before, outcome);
    this.#advance(instance, record, outcome, text);
    for (const problem of record.problems.slice(before.problems.length)) {
      this.#log("warning", "Orchestration", `${record.name} '${record.instanceId}': ${problem}`);
    }
    this.#commits.afterCommit(() => this.#onCommitted(record));
  }

  /** Brings the copy in memory up to what was just handed to the store. */
  #advance(instance: LiveInstance, record: StoredInstance, outcome: EpisodeOutcome, text: string): void {
    instance.record = record;
    instance.lastEpisode = outcome.time;
    instance.lastActions = outcome.actions;
    if (isFinal(record.runtimeStatus)) {
      this.#live.delete(record.instanceId);
      for (const item of instance.inbox) this.#discard(item);
      instance.inbox = [];
      return;
    }
    if (outcome.restarted !== undefined) {
      instance.history = [];
      instance.historyText = "";
    }
    for (const { event } of outcome.events) instance.history.push(event);
    instance.historyText = instance.historyText === "" ? text : `${instance.historyText},${text}`;
  }

  #discard({ source }: InboxItem): void {
    if (source.table === "messages") this.#store.deleteMessage(source.seq);
    else this.#store.deleteActivity(source.seq);
    this.#commits.schedule();
  }
}
