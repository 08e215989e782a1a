import type { History } from "durable-replay";
import type { Advanced, WaitKind } from "../api/local-host-extras.ts";
import type { RuntimeStatus } from "../api/management-api.ts";

/** What the local host passes in. It has the same interface on its side (`ConsoleAccess`), and a test compares both. */
export interface ConsoleHost {
  /** Absolute path of the app. */
  readonly folder: string;
  /** Address of the app. */
  readonly url: string;
  /** Epoch milliseconds. */
  now(): number;
  /** Moves virtual time by an ISO 8601 duration; undefined if that is invalid. Not there in real time. */
  readonly advance?: (by: string) => Promise<Advanced | undefined>;
  /** Kills the process. Absent if no parent process starts it again. */
  readonly kill?: () => void;
  /** Kills the worker, as when it runs out of memory; a new one runs the next functions. */
  readonly killWorker?: () => void;
  /** Whether the app has a function for GET requests to a path. */
  hasRoute(path: string): boolean;
  history(instanceId: string): Promise<History | undefined>;
  /** The mails of the app's sandbox, oldest first. Absent if the app has not said where they are. */
  readonly mails?: () => Promise<readonly SandboxMail[]>;
  problems(): Promise<readonly ProblemInstance[]>;
  /** What each of these instances waits for. Those that do not exist are left out. */
  waits(instanceIds: readonly string[]): Promise<readonly WaitingInstance[]>;
  /** Calls `watcher` with what each commit changed. Returns a function that ends this. */
  watch(watcher: (changes: readonly HostChange[]) => void): () => void;
}

export interface ProblemInstance {
  readonly instanceId: string;
  readonly name: string;
  readonly runtimeStatus: RuntimeStatus;
  readonly problems: readonly string[];
}

export interface WaitingInstance {
  readonly instanceId: string;
  readonly waits: readonly {
    readonly kind: WaitKind;
    readonly name: string;
    readonly count: number;
    /** Epoch milliseconds. */
    readonly due?: number;
    /** Epoch milliseconds. */
    readonly since: number;
  }[];
}

export interface SandboxMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** Epoch milliseconds. */
  readonly sentAt: number;
}

export interface HostChange {
  readonly kind: "orchestration" | "entity";
  /** Of an entity: `@name@key`. */
  readonly instanceId: string;
  readonly name: string;
  readonly runtimeStatus: RuntimeStatus | "Purged";
  readonly lastUpdatedTime: number;
  readonly hasProblems: boolean;
}
