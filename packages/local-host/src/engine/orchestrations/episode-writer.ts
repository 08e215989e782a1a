import { randomUUID } from "node:crypto";
import { jsonNetOrNull } from "../../json-net.ts";
import type { StoredActivity, StoredInstance } from "../../stores/store.ts";
import type { Activities } from "../activities/activities.ts";
import type { EngineParts } from "../delivery/engine-parts.ts";
import {
  eventRaised,
  genericEvent,
  subOrchestrationCompleted,
  subOrchestrationFailed,
  timerFired,
} from "../history/incoming-events.ts";
import type { FinalCompletion } from "../history/scheduled-events.ts";
import type { ScheduledWork } from "../history/scheduled-work.ts";
import type { EpisodeOutcome } from "./episode-outcome.ts";
import { nextRecord } from "./instance-record.ts";
import type { LiveInstances } from "./live-instances.ts";

/** Writes the outcome of an episode to the store, for one commit: history, record, and the scheduled work. */
export class EpisodeWriter {
  readonly #parts: EngineParts;
  readonly #instances: LiveInstances;
  readonly #activities: Activities;

  constructor(parts: EngineParts, instances: LiveInstances, activities: Activities) {
    this.#parts = parts;
    this.#instances = instances;
    this.#activities = activities;
  }

  /** Returns the instance's new record. */
  write(before: StoredInstance, outcome: EpisodeOutcome): StoredInstance {
    const { store } = this.#parts;
    const record = nextRecord(before, outcome);
    if (outcome.restarted === undefined) store.updateInstance(record);
    else {
      store.deleteHistory(before.key);
      store.putInstance(record);
    }
    store.appendHistory(before.key, outcome.events.map(({ played }) => played).join(","));
    for (const { executionId, items } of outcome.work) {
      for (const item of items) this.#schedule(record, executionId, item, outcome);
    }
    if (outcome.completion !== undefined) this.#tellParent(record, outcome.completion);
    if (outcome.isCutShort) this.#continueLater(record, outcome.time.at);
    return record;
  }

  #schedule(
    record: StoredInstance,
    executionId: string,
    work: ScheduledWork,
    { time: { at }, traceParent }: EpisodeOutcome,
  ): void {
    const { store, commits, messages, nextNumber } = this.#parts;
    const { instanceId } = record;
    switch (work.kind) {
      case "activity": {
        const activity: StoredActivity = {
          seq: nextNumber(),
          instanceId,
          executionId,
          taskId: work.id,
          name: work.name,
          input: jsonNetOrNull(work.input),
        };
        store.putActivity(activity);
        commits.afterCommit(() => this.#activities.start(activity, traceParent));
        return;
      }
      case "timer":
        messages.send(
          { kind: "orchestration", instanceId, executionId },
          timerFired(at, work.id, work.fireAt),
          work.fireAt,
        );
        return;
      case "event":
        messages.send(
          { kind: "entity", instanceId: work.instanceId, executionId: null },
          eventRaised(at, work.name, work.input),
          work.due,
        );
        return;
      case "subOrchestration":
        this.#instances.begin({
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

  /** A terminated child counts as failed, without the details that the SDK expects. */
  #tellParent(record: StoredInstance, completion: FinalCompletion): void {
    if (record.parent === null) return;
    const { OrchestrationInstance: parent, TaskScheduleId: taskId } = record.parent;
    const at = this.#parts.clock.now();
    const event =
      completion.kind === "completed"
        ? subOrchestrationCompleted(at, taskId, completion.result)
        : subOrchestrationFailed(at, taskId, {
            Reason: completion.kind === "failed" ? completion.reason : completion.result,
            Details: completion.kind === "failed" ? completion.details : null,
            FailureDetails: completion.kind === "failed" ? completion.failureDetails : null,
          });
    this.#parts.messages.send(
      { kind: "orchestration", instanceId: parent.InstanceId, executionId: parent.ExecutionId },
      event,
    );
  }

  /** A generic event whose only purpose is to start the next episode. */
  #continueLater({ instanceId, executionId }: StoredInstance, at: number): void {
    this.#parts.messages.send({ kind: "orchestration", instanceId, executionId }, genericEvent(at, null));
  }
}
