import type { Clock } from "../clock.ts";
import type { FunctionRunner } from "../invocation/function-runner.ts";
import type { Store, StoredActivity, StoredInstance, UnfinishedWork } from "../stores/store.ts";
import { ActivityExecution } from "./activities/activity-execution.ts";
import { ActivityPool } from "./activities/activity-pool.ts";
import { CommitGroup } from "./delivery/commit-group.ts";
import type { ReadyWork } from "./delivery/commit-group.ts";
import { EngineTaskHub } from "./engine-task-hub.ts";
import { Entities } from "./entities/entities.ts";
import { EpisodeRunner } from "./orchestrations/episode.ts";
import { eventText } from "./history/event-text.ts";
import type { TokenSource } from "./activities/http-activity.ts";
import { InstanceWatchers } from "./delivery/instance-watchers.ts";
import { isFinal } from "../stores/instance.ts";
import type { EngineLog } from "./log.ts";
import { MessageDelivery } from "./delivery/message-delivery.ts";
import type { Delivery } from "./delivery/message-delivery.ts";
import { WaitingInTest } from "../invocation/waiting-in-test.ts";
import { Orchestrations } from "./orchestrations/orchestrations.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import type { EngineSettings } from "./settings.ts";
import type { TaskHub } from "./task-hub.ts";
import type { Instance } from "../stores/instance.ts";
import { versionMatches } from "./orchestrations/version-match.ts";
import { asError } from "../errors.ts";

export interface EngineOptions {
  readonly runner: FunctionRunner;
  readonly store: Store;
  readonly clock: Clock;
  /** On top of the extension's defaults; see `readEngineSettings` for those of a `host.json`. */
  readonly settings?: Partial<EngineSettings> | undefined;
  readonly log?: EngineLog | undefined;
  /** For `callHttp` with a token source. */
  readonly tokenFor?: TokenSource | undefined;
  /** Called once when the store fails, or the engine itself; it does nothing more after that. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** How long `stop` waits for running functions, milliseconds. */
  readonly stopGraceMs?: number | undefined;
}

const DEFAULT_STOP_GRACE_MS = 5000;

/**
 * The Durable extension in this process: runs orchestrations, activities and entities of one app on one store.
 * Behaves as the extension does, quirks included; see `EngineSettings.strict` for where it would only hang.
 */
export class Engine {
  /** What API and clients talk to. */
  readonly hub: TaskHub;
  readonly #store: Store;
  readonly #settings: EngineSettings;
  readonly #log: EngineLog;
  readonly #reportFailure: ((error: unknown) => void) | undefined;
  readonly #stopGraceMs: number;
  readonly #commits: CommitGroup;
  readonly #messages: MessageDelivery;
  readonly #execution: ActivityExecution;
  readonly #activities: ActivityPool;
  readonly #orchestrations: Orchestrations;
  readonly #entities: Entities;
  readonly #waitingInTest: WaitingInTest;
  readonly #watchers = new InstanceWatchers();
  /** As it was when this engine was made: what came since is under way already. */
  #unfinished: UnfinishedWork | undefined;
  #lastNumber: number;
  #whenIdle: (() => void)[] = [];
  #isStopped = false;
  #failure: { readonly error: unknown } | undefined;

  constructor(options: EngineOptions) {
    this.#store = options.store;
    this.#settings = { ...DEFAULT_SETTINGS, ...options.settings };
    this.#log = options.log ?? (() => undefined);
    this.#reportFailure = options.onFailure;
    this.#stopGraceMs = options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS;
    this.#waitingInTest = options.runner.waitingInTest ?? new WaitingInTest();
    this.#waitingInTest.onWait(() => this.#commits.schedule());
    this.#unfinished = options.store.unfinished();
    this.#lastNumber = this.#unfinished.lastNumber;
    const { store, clock, runner } = options;
    const onFailure = (error: unknown): void => this.#fail(error);
    const nextNumber = (): number => ++this.#lastNumber;
    const onCommitted = (record: StoredInstance): void => this.#watchers.tell(record);
    this.#commits = new CommitGroup(store, this.#readyWork(), onFailure);
    const commits = this.#commits;
    this.#messages = new MessageDelivery({
      store,
      commits,
      clock,
      nextNumber,
      receive: (delivery) => this.#receive(delivery),
    });
    const messages = this.#messages;
    const log = this.#log;
    const shared = { store, commits, clock, messages, nextNumber, onCommitted, onFailure, log };
    this.#execution = new ActivityExecution({ runner, clock, tokenFor: options.tokenFor, log });
    this.#activities = new ActivityPool(this.#settings.maxConcurrentActivityFunctions, (activity) =>
      this.#runActivity(activity),
    );
    this.#orchestrations = new Orchestrations({
      ...shared,
      episodes: new EpisodeRunner({
        runner,
        clock,
        settings: this.#settings,
      }),
      maxRunning: this.#settings.maxConcurrentOrchestratorFunctions,
      accepts: (record) =>
        this.#settings.versionFailureStrategy === "Fail" || versionMatches(record.version, this.#settings),
      dispatch: (activity) => this.#activities.add(activity),
    });
    this.#entities = new Entities({
      ...shared,
      runner,
      maxBatch: this.#settings.maxEntityOperationBatchSize,
    });
    this.hub = new EngineTaskHub({
      commits,
      clock,
      messages,
      orchestrations: this.#orchestrations,
      entities: this.#entities,
      settings: this.#settings,
    });
  }

  /** Takes up again what the store holds: messages, timers, and activities that had not ended. */
  start(): Promise<void> {
    const { messages, activities } = this.#unfinished ?? { messages: [], activities: [] };
    this.#unfinished = undefined;
    for (const message of messages) this.#messages.recover(message);
    for (const activity of activities) this.#activities.add(activity);
    this.#commits.schedule();
    return Promise.resolve();
  }

  /**
   * Starts no new work, waits for functions that run (up to the grace) and commits what they did. What is left
   * is taken up by the next engine on the store. The store itself stays open.
   */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#activities.stop();
    this.#orchestrations.stop();
    this.#entities.stop();
    this.#messages.stop();
    const grace = Promise.withResolvers<undefined>();
    // Shutting down is measured on the machine's own clock: virtual time may stand still.
    const timeout = setTimeout(() => grace.resolve(undefined), this.#stopGraceMs);
    await Promise.race([this.idle(), grace.promise]);
    clearTimeout(timeout);
    // A store that fails now has been reported; what it lost is done again by the next engine.
    await this.#commits.committed().catch(() => undefined);
  }

  /** Resolves when nothing runs and nothing is ready to run: only time or a call from outside can go on. */
  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Instant at which the next timer or scheduled signal is due, epoch milliseconds. */
  get nextDue(): number | undefined {
    return this.#messages.nextDue;
  }

  /**
   * Resolves with the instance as soon as `predicate` holds for what is committed of it. An instance that does
   * not exist is waited for.
   */
  async waitFor(
    instanceId: string,
    predicate: (instance: Instance) => boolean,
    signal?: AbortSignal,
  ): Promise<Instance> {
    signal?.throwIfAborted();
    const { promise, resolve, reject } = Promise.withResolvers<Instance>();
    const check = (instance: Instance): void => {
      try {
        if (predicate(instance)) resolve(instance);
      } catch (error) {
        // Thrown on, it would end the commit that the watchers are told of.
        reject(asError(error));
      }
    };
    const abort = (): void => reject(asError(signal?.reason));
    const unwatch = this.#watchers.watch(instanceId, check);
    signal?.addEventListener("abort", abort, { once: true });
    try {
      const now = await this.hub.get(instanceId);
      if (now !== undefined) check(now);
      return await promise;
    } finally {
      unwatch();
      signal?.removeEventListener("abort", abort);
    }
  }

  /** Resolves with the instance once it has ended. */
  waitForCompletion(instanceId: string, signal?: AbortSignal): Promise<Instance> {
    return this.waitFor(instanceId, ({ runtimeStatus }) => isFinal(runtimeStatus), signal);
  }

  get #isIdle(): boolean {
    return (
      this.#failure !== undefined ||
      (!this.#commits.isScheduled &&
        this.#activities.isIdleBut(this.#waitingInTest.count) &&
        this.#orchestrations.isIdle &&
        this.#entities.isIdle)
    );
  }

  #readyWork(): ReadyWork {
    const orchestrations = (): Orchestrations => this.#orchestrations;
    const entities = (): Entities => this.#entities;
    return {
      get isReady() {
        return orchestrations().isReady || entities().isReady;
      },
      begin: () => {
        this.#orchestrations.pump();
        this.#entities.pump();
        this.#checkIdle();
      },
    };
  }

  #checkIdle(): void {
    if (this.#whenIdle.length === 0 || !this.#isIdle) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #receive(delivery: Delivery): void {
    if (this.#isStopped || this.#failure !== undefined) return;
    try {
      const { kind, instanceId, text, executionId, seq } = delivery;
      if (kind === "entity") this.#entities.deliver(delivery);
      else {
        this.#orchestrations.deliver(instanceId, { text, executionId, source: { table: "messages", seq } });
      }
    } catch (error) {
      this.#fail(error);
    }
  }

  async #runActivity(activity: StoredActivity): Promise<void> {
    try {
      const event = await this.#execution.run(
        activity,
        this.#orchestrations.traceParent(activity.instanceId),
      );
      const { instanceId, executionId, seq } = activity;
      if (this.#isStopped) {
        // No episode will take the result in, so it has to wait in the store.
        this.#store.deleteActivity(seq);
        this.#messages.send({ kind: "orchestration", instanceId, executionId }, event);
      } else {
        const source = { table: "activities", seq } as const;
        this.#orchestrations.deliver(instanceId, { text: eventText(event), executionId, source });
      }
    } catch (error) {
      this.#fail(error);
    } finally {
      this.#commits.schedule();
    }
  }

  #fail(error: unknown): void {
    if (this.#failure !== undefined) return;
    this.#failure = { error };
    this.#commits.fail(error);
    this.#activities.stop();
    this.#orchestrations.stop();
    this.#entities.stop();
    this.#messages.stop();
    this.#log("error", "Engine", error instanceof Error ? (error.stack ?? error.message) : String(error));
    this.#reportFailure?.(error);
    this.#checkIdle();
  }
}
