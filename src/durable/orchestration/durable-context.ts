import { EntityId, type OrchestrationContext } from "durable-functions";
import {
  allSettled,
  EventStep,
  ExtensionClock,
  type Operation,
  type Settled,
  Step,
  TimerStep,
} from "./step.ts";
import {
  type ActivityContract,
  type EntityContract,
  type EventContract,
  type InputOf,
  isEntityKey,
  type Operations,
  type OrchestrationContract,
  type OutputOf,
  type Shape,
} from "./contract.ts";
import { type Duration, type RetryPolicy, toMilliseconds, toRetryOptions } from "./duration.ts";
import { Inbox, Mailbox } from "./mailbox.ts";
import { eventLog, type Log } from "./log.ts";
import { type Branches, race, type Winner } from "./race.ts";
import { isAtLeast } from "./version.ts";

declare const nextExecution: unique symbol;
/**
 * The return value of `continueAsNew`, and then of the orchestrator: there is no result, because the next execution
 * follows.
 */
export interface ContinuedAsNew {
  readonly [nextExecution]: true;
}

/**
 * The SDK's `context.df` with types: the same methods, called with contracts instead of names. Each method makes the
 * SDK call with the same name. The exceptions are timers that are too long for the extension (docs/long-waits.md).
 */
export class DurableContext<Input extends object, Status> {
  /** Writes each line only once, not on replay. */
  readonly log: Log;
  readonly #context: OrchestrationContext;
  readonly #clock: ExtensionClock;
  readonly #mailboxes = new Map<string, Mailbox>();
  #isContinued = false;

  /** @param pattern appears in every log line */
  constructor(context: OrchestrationContext, pattern?: string) {
    this.#context = context;
    this.#clock = new ExtensionClock(context.df);
    const identity = { instanceId: context.df.instanceId, pattern };
    this.log = eventLog(context, identity, () => context.df.isReplaying);
  }

  /** Whether this execution has continued as new. */
  get isContinued(): boolean {
    return this.#isContinued;
  }

  /** Always use this and not the trigger metadata, where a property `instanceId` of a JSON input would override it. */
  get instanceId(): string {
    return this.#context.df.instanceId;
  }

  /** The version with which this instance was started. */
  get version(): string | undefined {
    return this.#context.df.version ?? undefined;
  }

  /**
   * Whether this instance was started with this version of the code or a later one: `if (df.isSince("2.0")) …`. Keep
   * the old code in the other branch until its last instance has ended.
   */
  isSince(version: string): boolean {
    return isAtLeast(this.version, version);
  }

  /**
   * The start of the current episode, the same on every replay. After a timer it may be up to one second before
   * the timer's due time: queue visibility timeouts on Azure Storage are whole seconds.
   */
  get currentUtcDateTime(): Date {
    return this.#context.df.currentUtcDateTime;
  }

  callActivity<I extends object, O>(
    activity: ActivityContract<I, O>,
    input: I,
    retry?: RetryPolicy,
  ): Step<O> {
    const { df } = this.#context;
    const task = retry
      ? df.callActivityWithRetry(activity.name, toRetryOptions(retry), input)
      : df.callActivity(activity.name, input);
    return new Step(task, activity.output, this.#clock, retry !== undefined);
  }

  /** @param options `instanceId`: choose one to be able to find the child; it must be unique to this parent */
  callSubOrchestrator<I extends object, O>(
    orchestration: OrchestrationContract<I, O, unknown>,
    input: I,
    options: { readonly instanceId?: string; readonly retry?: RetryPolicy } = {},
  ): Step<O> {
    const { df } = this.#context;
    const { instanceId, retry } = options;
    const task = retry
      ? df.callSubOrchestratorWithRetry(orchestration.name, toRetryOptions(retry), input, instanceId)
      : df.callSubOrchestrator(orchestration.name, input, instanceId);
    return new Step(task, orchestration.output, this.#clock, retry !== undefined);
  }

  /** The next event of this name that has not been received yet, even if it arrived while nothing waited for it. */
  waitForExternalEvent<P extends object>(event: EventContract<P>): EventStep<P> {
    return new EventStep(this.#mailbox(event), (mailbox) => event.payload.parse(mailbox.take()));
  }

  /** Reads the events that arrived between two races. */
  inbox<P extends object>(event: EventContract<P>): Inbox<P> {
    return new Inbox(event, this.#mailbox(event), this.log);
  }

  #mailbox({ name }: EventContract<object>): Mailbox {
    const mailbox =
      this.#mailboxes.get(name) ?? new Mailbox(() => this.#context.df.waitForExternalEvent(name));
    this.#mailboxes.set(name, mailbox);
    return mailbox;
  }

  /**
   * Sends an operation to an entity without waiting: the orchestrator receives no result and no error. It is delivered at least
   * once, so the entity must recognise a repeat. An entity that is not registered fails the orchestration.
   */
  signalEntity<Ops extends Operations, Name extends keyof Ops & string>(
    entity: EntityContract<object, Ops>,
    key: string,
    operation: Name,
    input: InputOf<Ops[Name]>,
  ): void {
    this.#context.df.signalEntity(entityId(entity, key), operation, input);
  }

  /** Calls an operation of an entity and waits for its result. An entity that is not registered never responds. */
  callEntity<Ops extends Operations, Name extends keyof Ops & string>(
    entity: EntityContract<object, Ops>,
    key: string,
    operation: Name,
    input: InputOf<Ops[Name]>,
  ): Step<OutputOf<Ops[Name]>> {
    const task = this.#context.df.callEntity(entityId(entity, key), operation, input);
    const output = entity.operations[operation]?.output ?? { parse: () => undefined };
    return new Step(task, output as Shape<OutputOf<Ops[Name]>>, this.#clock);
  }

  /** A timer of any duration. */
  createTimer(due: Duration | Date): TimerStep {
    const fireAt = due instanceof Date ? due : new Date(this.#clock.now + toMilliseconds(due));
    return new TimerStep(fireAt, this.#clock);
  }

  /** All results in order; throws at the first failure, as the SDK does. See `allSettled`. */
  *all<T>(steps: readonly Step<T>[]): Operation<T[]> {
    if (steps.length === 0) return [];
    try {
      yield this.#context.df.Task.all(steps.map((step) => step.task));
    } finally {
      this.#clock.synchronised();
    }
    return steps.map((step) => step.result);
  }

  /** The outcome of every step, even if another one fails. */
  *allSettled<T>(steps: readonly Step<T>[]): Operation<Settled<T>[]> {
    const ends = yield* allSettled(this.#context.df, steps);
    if (steps.length > 0) this.#clock.synchronised();
    return ends;
  }

  /** The first branch to finish, with its name. A timer that lost the race is cancelled. */
  race<B extends Branches>(branches: B): Operation<Winner<B>> {
    return race(this.#context.df, this.#clock, branches);
  }

  /** Shown to callers while the instance runs; at most 16 KB as JSON. */
  setCustomStatus(status: Status): void {
    this.#context.df.setCustomStatus(status);
  }

  /** Ends this execution and starts the next one with an empty history. Use it as `return df.continueAsNew(next)`. */
  continueAsNew(input: Input): ContinuedAsNew {
    this.#context.df.continueAsNew(input);
    this.#isContinued = true;
    // Only for the type checker: the SDK ignores what is returned after continueAsNew.
    return {} as ContinuedAsNew;
  }
}

function entityId({ name }: EntityContract<object, Operations>, key: string): EntityId {
  if (!isEntityKey(key)) throw new Error(`Not a key for ${name}: ${JSON.stringify(key)}`);
  return new EntityId(name, key);
}
