import { entityIdOf, schedulerId } from "../history/entity-id.ts";
import type { EntityId } from "../history/entity-id.ts";
import { EntityRequests } from "./entity-requests.ts";
import { FAILED, Future } from "./future.ts";
import type { OrchestrationContext } from "./orchestration-context.ts";

/** The entity operations of an orchestration, and the locks that it holds. */
export class EntityCalls {
  readonly #context: OrchestrationContext;
  readonly #messages: EntityRequests;
  #lockRequestId: string | undefined;
  /** Locked entities without a call in progress; the extension releases them in this order. */
  #locks: EntityId[] = [];

  constructor(context: OrchestrationContext) {
    this.#context = context;
    this.#messages = new EntityRequests(context);
  }

  call(target: string, operation: string, input: unknown): Future {
    const locked = this.#lockRequestId === undefined ? undefined : this.#takeLock(target);
    if (this.#lockRequestId !== undefined && locked === undefined) return Future.settled(FAILED);
    const id = this.#messages.sendOperation(target, operation, input, { signal: false });
    const response = this.#context.externalEvents.wait(id);
    const task = new Future();
    response.whenSettled((outcome) => {
      if (locked !== undefined) this.#locks.push(locked);
      task.settle(outcome);
    });
    return task;
  }

  signal(target: string, operation: string, input: unknown, due: number | undefined): void {
    this.#messages.sendOperation(target, operation, input, { signal: true, due });
  }

  lock(lockSet: readonly EntityId[], requestId: string | undefined): Future {
    const entities = lockSet.map(({ name, key }) => ({ name: name.toLowerCase(), key }));
    const id = this.#messages.sendLock(entities, requestId);
    const response = this.#context.externalEvents.wait(id);
    const task = new Future();
    response.whenSettled((outcome) => {
      this.#lockRequestId = id;
      this.#locks = entities;
      task.settle(outcome);
    });
    return task;
  }

  release(): void {
    if (this.#lockRequestId === undefined) return;
    for (const entity of this.#locks) this.#messages.sendRelease(entity, this.#lockRequestId);
    this.#locks = [];
    this.#lockRequestId = undefined;
  }

  #takeLock(target: string): EntityId | undefined {
    const at = this.#locks.findIndex((entity) => schedulerId(entity) === target);
    if (at < 0) return undefined;
    this.#locks.splice(at, 1);
    return entityIdOf(target);
  }
}
