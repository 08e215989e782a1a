import type { Activity, Entity, Orchestrator } from "../durable/orchestration/functions.ts";
import type { RootContract } from "../durable/orchestration/contract.ts";
import type { Duration } from "../durable/orchestration/duration.ts";
import type { NextInput } from "../durable/task-hub/former-run.ts";
import type { Endpoint } from "../http/endpoint.ts";
import type { Descriptions } from "../openapi/description.ts";
import type { QueueConsumer } from "../queues/queue-consumer.ts";

/** A pattern as the app sees it: everything to register, and what operators need to know. */
export interface Pattern<Services> {
  /** Name of its folder. */
  readonly name: string;
  /** Missing for a pattern that has entities only. */
  readonly orchestrations?: PatternOrchestrations<Services>;
  readonly entities?: readonly Entity[];
  readonly activities?: (services: Services) => Activity[];
  readonly endpoints: (services: Services) => Endpoint[];
  readonly queues?: (services: Services) => QueueConsumer[];
  /** Of each endpoint, by its name. */
  readonly descriptions: Descriptions;
}

/** The orchestrations of a pattern, and how their instances are looked after. */
export interface PatternOrchestrations<Services> {
  /** The one that callers start. Its id prefix begins the ids of all instances of the pattern. */
  readonly root: RootContract<object, unknown, unknown>;
  /** That one's and its sub-orchestrations'. */
  readonly orchestrators: readonly Orchestrator[];
  /** A running instance to which nothing has happened for so long is stuck: more than its longest wait. */
  readonly stuckAfter: Duration;
  /** The input of a root instance that starts again; default: its former input. */
  readonly restartInput?: NextInput;
  /** Deletes the files that belong to a root instance alone; called before the instance is purged. */
  readonly removeFiles?: (services: Services, instanceId: string) => Promise<void>;
}

/** Checks a manifest against the services that it says it needs. */
export const definePattern = <Services>(pattern: Pattern<Services>): Pattern<Services> => pattern;
