import type { Activity, Entity, Orchestrator } from "../durable/orchestration/functions.ts";
import type { RootContract } from "../durable/orchestration/contract.ts";
import type { Duration } from "../durable/orchestration/duration.ts";
import type { NextInput } from "../durable/task-hub/former-run.ts";
import type { Endpoint } from "../http/endpoint.ts";
import type { Descriptions } from "../openapi/description.ts";
import type { QueueConsumer } from "../queues/queue-consumer.ts";
import type { Services } from "../services/services.ts";

/** A pattern: everything to register, and what operators need to know. */
export interface Pattern {
  /** Name of its folder. */
  readonly name: string;
  /** Absent for a pattern that only has entities. */
  readonly orchestrations?: PatternOrchestrations;
  readonly entities?: readonly Entity[];
  readonly activities?: (services: Services) => Activity[];
  readonly endpoints: (services: Services) => Endpoint[];
  readonly queues?: (services: Services) => QueueConsumer[];
  /** The description of each endpoint, by its name. */
  readonly descriptions: Descriptions;
}

/** The orchestrations of a pattern, and how their instances are maintained. */
export interface PatternOrchestrations {
  /** The one that callers start. Its id prefix begins the ids of all instances of the pattern. */
  readonly root: RootContract<object, unknown, unknown>;
  /** The orchestrators of the root and its sub-orchestrations. */
  readonly orchestrators: readonly Orchestrator[];
  /** A running instance without an event for this long is stuck. Longer than its longest wait. */
  readonly stuckAfter: Duration;
  /** The input for a restart of a root instance; default: its former input. */
  readonly restartInput?: NextInput;
  /** Deletes the files that belong only to a root instance; called before the instance is purged. */
  readonly removeFiles?: (services: Services, instanceId: string) => Promise<void>;
}
