import type { Clock } from "../../clock.ts";
import type { FunctionRunner } from "../../invocation/function-runner.ts";
import type { Store } from "../../stores/store.ts";
import type { EngineLog } from "../log.ts";
import type { EngineSettings } from "../settings.ts";
import type { CommitGroup } from "./commit-group.ts";
import type { InstanceWatchers } from "./instance-watchers.ts";
import type { MessageDelivery } from "./message-delivery.ts";

/** What the orchestrations, activities and entities of one engine share. */
export interface EngineParts {
  readonly store: Store;
  readonly clock: Clock;
  readonly runner: FunctionRunner;
  readonly settings: EngineSettings;
  readonly log: EngineLog;
  readonly commits: CommitGroup;
  readonly messages: MessageDelivery;
  readonly watchers: InstanceWatchers;
  /** Returns the next key or sequence number for the store. */
  readonly nextNumber: () => number;
}
