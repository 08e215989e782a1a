import { randomUUID } from "node:crypto";
import { jsonNet } from "../../json-net.ts";
import type { MessageDelivery } from "../delivery/message-delivery.ts";
import { schedulerId } from "../history/entity-id.ts";
import { messageType } from "../history/entity-messages.ts";
import type { RequestMessage } from "../history/entity-messages.ts";
import { eventRaised } from "../history/incoming-events.ts";
import { MessageSorter } from "../history/message-sorter.ts";
import { toTimestamp } from "../history/timestamps.ts";
import type { EntityAnswer, EntitySignal } from "./entity-answer.ts";
import type { SchedulerState } from "./scheduler-state.ts";

/**
 * The messages that one entity sends: responses to callers, signals to other entities, and granted or forwarded locks.
 */
export class EntityOutbox {
  readonly #instanceId: string;
  readonly #messages: MessageDelivery;
  readonly #sorter = new MessageSorter();

  constructor(instanceId: string, messages: MessageDelivery) {
    this.#instanceId = instanceId;
    this.#messages = messages;
  }

  /** Responds to a call; a signal gets no response. */
  respond(request: RequestMessage, result: EntityAnswer["results"][number] | undefined, at: number): void {
    if (request.signal === true) return;
    this.#answer(request, at, {
      result: result?.result ?? null,
      ...(result?.isError === true ? { exceptionType: "Error" } : {}),
    });
  }

  /** The target's name is sent as the function wrote it: a name in another case means another entity. */
  signal(state: SchedulerState, { target, name, input }: EntitySignal, at: number): void {
    const instanceId = schedulerId(target);
    const label = this.#sorter.label(instanceId, toTimestamp(at));
    const { LastSentToInstance, ...rest } = state.sorter;
    state.sorter = { LastSentToInstance: { ...LastSentToInstance, [instanceId]: label.Timestamp }, ...rest };
    this.#request(instanceId, at, {
      $type: messageType("RequestMessage"),
      op: name,
      signal: true,
      input,
      id: randomUUID(),
      parent: this.#instanceId,
      ...label,
    });
  }

  /** Passes a lock request that was granted here to the next entity of its set, or notifies the requester. */
  passLockOn(request: RequestMessage, at: number): void {
    const position = (request.pos ?? 0) + 1;
    const next = request.lockset?.[position];
    if (next === undefined) this.#answer(request, at, { result: "Lock Acquisition Completed" });
    else this.#request(schedulerId(next), at, { ...request, pos: position });
  }

  #request(instanceId: string, at: number, request: RequestMessage): void {
    this.#messages.send(
      { kind: "entity", instanceId, executionId: null },
      eventRaised(at, "op", jsonNet(request)),
    );
  }

  #answer({ parent, parentExecution, id }: RequestMessage, at: number, response: object): void {
    if (parent === undefined) return;
    const body = { $type: messageType("ResponseMessage"), ...response };
    this.#messages.send(
      { kind: "orchestration", instanceId: parent, executionId: parentExecution ?? null },
      eventRaised(at, id, jsonNet(body)),
    );
  }
}
