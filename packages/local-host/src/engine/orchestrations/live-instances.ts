import { isFinal } from "../../stores/instance.ts";
import type { StoredInstance } from "../../stores/store.ts";
import type { EngineParts } from "../delivery/engine-parts.ts";
import { executionStarted } from "../history/incoming-events.ts";
import { traceParentIn } from "../history/trace-context.ts";
import { LiveInstance } from "./live-instance.ts";
import type { NewInstance } from "../history/new-instance.ts";

/** The orchestrations that are not final; each is loaded from the store when it is first needed. */
export class LiveInstances {
  readonly #parts: EngineParts;
  readonly #live = new Map<string, LiveInstance>();

  constructor(parts: EngineParts) {
    this.#parts = parts;
  }

  /** Stores a new instance with its first event. It replaces an instance with the same id. */
  begin(start: NewInstance): void {
    const { store, clock, nextNumber, messages, commits, watchers } = this.#parts;
    const { traceParent, ...given } = start;
    const at = clock.now();
    const before = store.instance(start.instanceId);
    if (before !== undefined) store.deleteHistory(before.key);
    const record: StoredInstance = {
      ...given,
      key: nextNumber(),
      kind: "orchestration",
      runtimeStatus: "Pending",
      output: null,
      customStatus: null,
      parentInstanceId: given.parent?.OrchestrationInstance.InstanceId ?? null,
      createdTime: at,
      lastUpdatedTime: at,
      problems: [],
      waits: [],
    };
    store.putInstance(record);
    this.#live.set(start.instanceId, new LiveInstance(record));
    messages.send(record, executionStarted(at, { ...given, traceParent }));
    commits.afterCommit(() => watchers.tell(record));
  }

  /** Undefined for an instance that is final or does not exist. */
  find(instanceId: string): LiveInstance | undefined {
    const known = this.#live.get(instanceId);
    if (known !== undefined) return known;
    const { store } = this.#parts;
    const record = store.instance(instanceId);
    if (record === undefined || record.kind === "entity" || isFinal(record.runtimeStatus)) return undefined;
    const loaded = new LiveInstance(record, store.history(record.key));
    this.#live.set(instanceId, loaded);
    return loaded;
  }

  /** The instance's record as it was last written to the store. */
  record(instanceId: string): StoredInstance | undefined {
    return this.#live.get(instanceId)?.record ?? this.#parts.store.instance(instanceId);
  }

  /** The trace that an instance belongs to; undefined if it has ended. */
  traceParent(instanceId: string): string | undefined {
    return traceParentIn(this.find(instanceId)?.history ?? []);
  }

  /** False once the instance has been deleted or replaced. */
  isCurrent(instance: LiveInstance): boolean {
    return this.#live.get(instance.record.instanceId) === instance;
  }

  /** Removes from memory an instance that is final, deleted or replaced. A running episode then has no effect. */
  forget(instanceId: string): void {
    this.#live.delete(instanceId);
  }
}
