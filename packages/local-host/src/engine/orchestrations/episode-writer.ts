import { jsonNetOrNull } from "../../json-net.ts";
import { randomUUID } from "node:crypto";
import type { Clock } from "../../clock.ts";
import type { Store, StoredActivity, StoredInstance } from "../../stores/store.ts";
import type { CommitGroup } from "../delivery/commit-group.ts";
import type { EpisodeOutcome } from "./episode-outcome.ts";
import {
  eventRaised,
  genericEvent,
  subOrchestrationCompleted,
  subOrchestrationFailed,
  timerFired,
} from "../history/incoming-events.ts";
import { nextRecord } from "./instance-record.ts";
import type { MessageDelivery } from "../delivery/message-delivery.ts";
import type { NewInstance } from "./new-instance.ts";
import type { ScheduledWork } from "../history/scheduled-work.ts";
import type { FinalCompletion } from "../history/scheduled-events.ts";

/** Hands what an episode did to the store: history, record, and the work that it releases, all in one commit. */
export class EpisodeWriter {
  readonly #store: Store;
  readonly #commits: CommitGroup;
  readonly #clock: Clock;
  readonly #messages: MessageDelivery;
  readonly #nextNumber: () => number;
  readonly #dispatch: (activity: StoredActivity) => void;
  readonly #begin: (start: NewInstance) => void;

  constructor(parts: {
    readonly store: Store;
    readonly commits: CommitGroup;
    readonly clock: Clock;
    readonly messages: MessageDelivery;
    readonly nextNumber: () => number;
    readonly dispatch: (activity: StoredActivity) => void;
    readonly begin: (start: NewInstance) => void;
  }) {
    this.#store = parts.store;
    this.#commits = parts.commits;
    this.#clock = parts.clock;
    this.#messages = parts.messages;
    this.#nextNumber = parts.nextNumber;
    this.#dispatch = parts.dispatch;
    this.#begin = parts.begin;
  }

  /** Returns the instance's new record, and the texts of the events that were appended to its history. */
  write(before: StoredInstance, outcome: EpisodeOutcome): { record: StoredInstance; text: string } {
    const store = this.#store;
    const record = nextRecord(before, outcome);
    const text = outcome.events.map(({ played }) => played).join(",");
    if (outcome.restarted === undefined) store.updateInstance(record);
    else {
      store.deleteHistory(before.key);
      store.putInstance(record);
    }
    store.appendHistory(before.key, text);
    for (const { executionId, items } of outcome.work) {
      for (const item of items) this.#release(record, executionId, item, outcome);
    }
    if (outcome.completion !== undefined) this.#tellParent(record, outcome.completion);
    if (outcome.isCutShort) this.#goOn(record, outcome.time.at);
    return { record, text };
  }

  #release(
    record: StoredInstance,
    executionId: string,
    work: ScheduledWork,
    { time: { at }, traceParent }: EpisodeOutcome,
  ): void {
    const { instanceId } = record;
    switch (work.kind) {
      case "activity": {
        const activity: StoredActivity = {
          seq: this.#nextNumber(),
          instanceId,
          executionId,
          taskId: work.id,
          name: work.name,
          input: jsonNetOrNull(work.input),
        };
        this.#store.putActivity(activity);
        this.#commits.afterCommit(() => this.#dispatch(activity));
        return;
      }
      case "timer":
        this.#messages.send(
          { kind: "orchestration", instanceId, executionId },
          timerFired(at, work.id, work.fireAt),
          work.fireAt,
        );
        return;
      case "event":
        this.#messages.send(
          { kind: "entity", instanceId: work.instanceId, executionId: null },
          eventRaised(at, work.name, work.input),
          work.due,
        );
        return;
      case "subOrchestration":
        this.#begin({
          instanceId: work.instanceId,
          executionId: randomUUID().replaceAll("-", ""),
          name: work.name,
          version: work.version,
          input: work.input,
          parent: {
            Name: record.name,
            OrchestrationInstance: { InstanceId: instanceId, ExecutionId: executionId },
            TaskScheduleId: work.id,
            Version: record.version,
          },
          generation: null,
          sourceInstanceId: null,
          traceParent,
        });
    }
  }

  /** A terminated child counts as failed, without the details that the SDK asks for. */
  #tellParent(record: StoredInstance, completion: FinalCompletion): void {
    if (record.parent === null) return;
    const { OrchestrationInstance: parent, TaskScheduleId: taskId } = record.parent;
    const at = this.#clock.now();
    const event =
      completion.kind === "completed"
        ? subOrchestrationCompleted(at, taskId, completion.result)
        : subOrchestrationFailed(at, taskId, {
            Reason: completion.kind === "failed" ? completion.reason : completion.result,
            Details: completion.kind === "failed" ? completion.details : null,
            FailureDetails: completion.kind === "failed" ? completion.failureDetails : null,
          });
    this.#messages.send(
      { kind: "orchestration", instanceId: parent.InstanceId, executionId: parent.ExecutionId },
      event,
    );
  }

  /** An event that nobody reads is enough to have the next episode. */
  #goOn({ instanceId, executionId }: StoredInstance, at: number): void {
    this.#messages.send({ kind: "orchestration", instanceId, executionId }, genericEvent(at, null));
  }
}
