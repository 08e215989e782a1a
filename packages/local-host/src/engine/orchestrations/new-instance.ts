import type { ParentInstance } from "../../stores/instance.ts";

/** What is needed to begin an instance. */
export interface NewInstance {
  readonly instanceId: string;
  readonly executionId: string;
  readonly name: string;
  readonly version: string | null;
  /** JSON text. */
  readonly input: string | null;
  readonly parent: ParentInstance | null;
  /** 0 for a new id, more for one that is used again, null for a child. */
  readonly generation: number | null;
  /** The instance that this one is a restart of. */
  readonly sourceInstanceId: string | null;
  /** W3C `traceparent` of what started it. */
  readonly traceParent: string | undefined;
}
