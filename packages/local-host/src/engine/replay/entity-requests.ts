import { createHash } from "node:crypto";
import { jsonNet } from "../../json-net.ts";
import { schedulerId } from "../history/entity-id.ts";
import type { EntityId } from "../history/entity-id.ts";
import { messageType } from "../history/entity-messages.ts";
import { MessageSorter } from "../history/message-sorter.ts";
import type { OrchestrationContext } from "./orchestration-context.ts";

/**
 * The messages of an orchestration to entities. Every replay creates the same GUIDs for the requests, because the
 * orchestration waits for the response under that name.
 */
export class EntityRequests {
  readonly #context: OrchestrationContext;
  readonly #sorter = new MessageSorter();
  #guids = 0;

  constructor(context: OrchestrationContext) {
    this.#context = context;
  }

  /** Returns the request's id. `input` is any JSON value; undefined and null are sent as no input. */
  sendOperation(
    target: string,
    operation: string,
    input: unknown,
    how: { readonly signal: boolean; readonly due?: number | undefined },
  ): string {
    const id = this.newGuid();
    const { instanceId, executionId } = this.#context.identity;
    const dueText = how.due === undefined ? undefined : new Date(how.due).toISOString();
    const label =
      how.due === undefined
        ? this.#sorter.label(target, this.#context.nowText)
        : { Timestamp: NO_TIME, Predecessor: NO_TIME };
    const request = {
      $type: messageType("RequestMessage"),
      op: operation,
      ...(how.signal ? { signal: true } : {}),
      ...(input === undefined || input === null ? {} : { input: jsonNet(input) }),
      id,
      parent: instanceId,
      parentExecution: executionId,
      ...(dueText === undefined ? {} : { due: dueText }),
      ...label,
      requestTime: `${this.#context.nowText.slice(0, -1)}+00:00`,
    };
    const name = dueText === undefined ? "op" : `op@${dueText}`;
    this.#context.sendEvent(target, name, jsonNet(request), how.due);
    return id;
  }

  /** Sends the lock request to the first entity, which passes it on. Returns the request's id. */
  sendLock(entities: readonly EntityId[], requestId: string | undefined): string {
    const id = requestId ?? this.newGuid();
    const { instanceId, executionId } = this.#context.identity;
    const [first] = entities;
    if (first === undefined) throw new Error("The list of entities to lock must not be null or empty.");
    const target = schedulerId(first);
    const request = {
      $type: messageType("RequestMessage"),
      op: null,
      id,
      parent: instanceId,
      parentExecution: executionId,
      ...this.#sorter.label(target, this.#context.nowText),
      lockset: entities.map(({ name, key }) => ({ $type: messageType("EntityId"), name, key })),
    };
    this.#context.sendEvent(target, "op", jsonNet(request));
    return id;
  }

  sendRelease(entity: EntityId, lockRequestId: string): void {
    const release = {
      $type: messageType("ReleaseMessage"),
      parent: this.#context.identity.instanceId,
      id: lockRequestId,
    };
    this.#context.sendEvent(schedulerId(entity), "release", jsonNet(release));
  }

  newGuid(): string {
    const { instanceId, executionId } = this.#context.identity;
    const seed = `${instanceId}_${executionId}_${this.#context.nowText}_${this.#guids++}`;
    const hex = createHash("sha1").update(seed).digest("hex");
    const variant = ((Number.parseInt(hex.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
    return (
      `${hex.slice(0, 8)}-${hex.slice(8, 12)}-5${hex.slice(13, 16)}-` +
      `${variant}${hex.slice(18, 20)}-${hex.slice(20, 32)}`
    );
  }
}

const NO_TIME = "0001-01-01T00:00:00";
