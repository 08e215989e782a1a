import type { Clock } from "../clock.ts";
import { asError } from "../errors.ts";
import type { FunctionRunner } from "../invocation/function-runner.ts";
import { isFinal } from "../stores/instance.ts";
import type { Instance } from "../stores/instance.ts";
import type { Store, StoredMessage, UnfinishedWork } from "../stores/store.ts";
import { Activities } from "./activities/activities.ts";
import type { TokenSource } from "./activities/http-activity.ts";
import { CommitGroup } from "./delivery/commit-group.ts";
import type { EngineParts } from "./delivery/engine-parts.ts";
import { InstanceWatchers } from "./delivery/instance-watchers.ts";
import { MessageDelivery } from "./delivery/message-delivery.ts";
import { EngineTaskHub } from "./engine-task-hub.ts";
import { Entities } from "./entities/entities.ts";
import type { EngineLog } from "./log.ts";
import { Orchestrations } from "./orchestrations/orchestrations.ts";
import { DEFAULT_SETTINGS } from "./settings.ts";
import type { EngineSettings } from "./settings.ts";
import type { TaskHub } from "./task-hub.ts";

export interface EngineOptions {
  readonly runner: FunctionRunner;
  readonly store: Store;
  readonly clock: Clock;
  /** Override the extension's defaults; see `readEngineSettings` for those of a `host.json`. */
  readonly settings?: Partial<EngineSettings> | undefined;
  readonly log?: EngineLog | undefined;
  /** For `callHttp` with a token source. */
  readonly tokenFor?: TokenSource | undefined;
  /** Called once when the store or the engine fails; the engine does nothing after that. */
  readonly onFailure?: ((error: unknown) => void) | undefined;
  /** How long `stop` waits for running functions, milliseconds. */
  readonly stopGraceMs?: number | undefined;
}

export const DEFAULT_STOP_GRACE_MS = 5000;

/**
 * The Durable extension in this process: runs orchestrations, activities and entities of one app on one store. Behaves
 * as the extension does, its bugs included; `EngineSettings.strict` fails instances that would hang there.
 */
export class Engine {
  /** The interface for the management API and clients. */
  readonly hub: TaskHub;
  readonly #parts: EngineParts;
  readonly #activities: Activities;
  readonly #orchestrations: Orchestrations;
  readonly #entities: Entities;
  readonly #options: EngineOptions;
  /** Read in the constructor, because work that is stored later is delivered immediately. */
  #unfinished: UnfinishedWork | undefined;
  #whenIdle: (() => void)[] = [];
  #isStopped = false;

  constructor(options: EngineOptions) {
    const { store, clock, runner, tokenFor } = options;
    this.#options = options;
    this.#unfinished = store.unfinished();
    let { lastNumber } = this.#unfinished;
    const nextNumber = (): number => ++lastNumber;
    const commits = new CommitGroup(store);
    const messages = new MessageDelivery({ store, commits, clock, nextNumber });
    const parts: EngineParts = {
      store,
      clock,
      runner,
      commits,
      messages,
      nextNumber,
      settings: { ...DEFAULT_SETTINGS, ...options.settings },
      log: options.log ?? (() => undefined),
      watchers: new InstanceWatchers(),
    };
    this.#parts = parts;
    this.#activities = new Activities(parts, tokenFor);
    this.#orchestrations = new Orchestrations(parts, this.#activities);
    this.#entities = new Entities(parts);
    messages.register("orchestration", this.#orchestrations);
    messages.register("entity", this.#entities);
    commits.addWork(this.#orchestrations.queue);
    commits.addWork(this.#entities.queue);
    commits.afterTurn(() => this.#checkIdle());
    commits.onFailure((error) => this.#reportFailure(error));
    this.hub = new EngineTaskHub(parts, this.#orchestrations.instances, this.#entities);
  }

  /** Continues the unfinished work in the store: messages, timers and activities. */
  start(): Promise<void> {
    const { messages, activities } = this.#unfinished ?? { messages: [], activities: [] };
    this.#unfinished = undefined;
    for (const message of inOrderOfDelivery(messages)) this.#parts.messages.recover(message);
    for (const activity of activities) {
      const traceParent = this.#orchestrations.instances.traceParent(activity.instanceId);
      this.#activities.start(activity, traceParent);
    }
    this.#parts.commits.schedule();
    return Promise.resolve();
  }

  /**
   * Starts no new work, waits for running functions (up to the grace period) and commits their results. The next engine
   * on this store continues the rest. The store stays open.
   */
  async stop(): Promise<void> {
    if (this.#isStopped) return;
    this.#isStopped = true;
    this.#stopWork();
    const grace = Promise.withResolvers<undefined>();
    // The machine's own clock measures the shutdown, because virtual time may stand still.
    const timeout = setTimeout(
      () => grace.resolve(undefined),
      this.#options.stopGraceMs ?? DEFAULT_STOP_GRACE_MS,
    );
    await Promise.race([this.idle(), grace.promise]);
    clearTimeout(timeout);
    // A failure of the store has been reported already; the next engine repeats the work that was not committed.
    await this.#parts.commits.committed().catch(() => undefined);
  }

  /** Resolves when nothing runs and nothing is ready to run: only time or a call from outside can change that. */
  idle(): Promise<void> {
    if (this.#isIdle) return Promise.resolve();
    return new Promise((resolve) => this.#whenIdle.push(resolve));
  }

  /** Instant at which the next timer or scheduled signal is due, epoch milliseconds. */
  get nextDue(): number | undefined {
    return this.#parts.messages.nextDue;
  }

  /**
   * Resolves with the instance as soon as `predicate` is true for its committed state. The instance need not exist
   * yet.
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
        // An error of the predicate must not reach the commit that calls the watchers.
        reject(asError(error));
      }
    };
    const abort = (): void => reject(asError(signal?.reason));
    const unwatch = this.#parts.watchers.watch(instanceId, check);
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
    const { commits } = this.#parts;
    return (
      commits.hasFailed ||
      (!commits.isScheduled &&
        this.#activities.isIdle &&
        this.#orchestrations.queue.isIdle &&
        this.#entities.queue.isIdle)
    );
  }

  #checkIdle(): void {
    if (this.#whenIdle.length === 0 || !this.#isIdle) return;
    for (const resolve of this.#whenIdle.splice(0)) resolve();
  }

  #stopWork(): void {
    this.#activities.stop();
    this.#orchestrations.queue.stop();
    this.#entities.queue.stop();
    this.#parts.messages.stop();
  }

  #reportFailure(error: unknown): void {
    this.#stopWork();
    this.#parts.log(
      "error",
      "Engine",
      error instanceof Error ? (error.stack ?? error.message) : String(error),
    );
    this.#options.onFailure?.(error);
    this.#checkIdle();
  }
}

/** What was on its way comes first, then timers by their due times: of two that are overdue, the earlier one fires first. */
function inOrderOfDelivery(messages: readonly StoredMessage[]): readonly StoredMessage[] {
  return messages.toSorted((a, b) => (a.due ?? 0) - (b.due ?? 0));
}
