import type { ParentInstance } from "../../stores/instance.ts";

/** What is needed to start an instance. */
export interface NewInstance {
  readonly instanceId: string;
  readonly executionId: string;
  readonly name: string;
  readonly version: string | null;
  /** JSON text. */
  readonly input: string | null;
  readonly parent: ParentInstance | null;
  /** 0 for a new id, increased when the id is reused, null for a child. */
  readonly generation: number | null;
  /** The instance that was restarted as this one. */
  readonly sourceInstanceId: string | null;
  /** W3C `traceparent` of the request that started it. */
  readonly traceParent: string | undefined;
}
