import type { Json, RuntimeStatus } from "./management-api.ts";

/** What the console's own server answers under `/runtime/console/`. Times are ISO 8601. */

export const EXTRAS_PATH = "/runtime/console";
/** Of the app's own description, where it has one. */
export const OPENAPI_PATH = "/api/openapi.json";

/** `GET about`. */
export interface About {
  /** `local`: all addresses below are there. `proxy`: only this one; the page polls. */
  readonly host: "local" | "proxy";
  /** Address of the app. */
  readonly base: string;
  /** Whether the app's time is virtual: only then can it be advanced. */
  readonly virtualTime: boolean;
  /** The app's current time. */
  readonly now: string;
  /** Whether `POST kill` works: somebody starts the host again. */
  readonly canKill: boolean;
  /** Whether `POST worker/kill` works. */
  readonly canKillWorker: boolean;
  readonly canAdvance: boolean;
  /** Whether `GET instances/{id}/replay` works: `durable-replay` is installed. */
  readonly canReplay: boolean;
  /** Whether `GET instances/{id}/mails` works: the app's sandbox puts its mails into a queue that the host knows. */
  readonly canReadMails: boolean;
  /** Names of the pages of `GET docs/{pattern}`; empty if the app has none. */
  readonly docs: readonly string[];
  /** Whether the app has `/api/openapi.json`; null if that is not known. */
  readonly hasOpenApi: boolean | null;
  /** Another one after each start of the host. */
  readonly hostId: string;
}

/**
 * `GET changes`: server-sent events; the event's name is `kind`, its data the JSON of the rest. After a reconnect, and
 * after `reload`, the page reads its lists again.
 */
export type Change =
  | {
      readonly kind: "instance";
      readonly instanceId: string;
      readonly name: string;
      /** `Purged` once it is deleted. */
      readonly runtimeStatus: RuntimeStatus | "Purged";
      readonly lastUpdatedTime: string;
    }
  | { readonly kind: "entity"; readonly name: string; readonly key: string; readonly lastUpdatedTime: string }
  | { readonly kind: "problem"; readonly instanceId: string; readonly name: string }
  | { readonly kind: "clock"; readonly now: string }
  /** Some changes were not sent, because there were too many for this client. */
  | { readonly kind: "reload" };

/** `GET problems`: instances that would wait forever in the real extension, or whose code cannot work. */
export interface InstanceProblems {
  readonly instanceId: string;
  readonly name: string;
  readonly runtimeStatus: RuntimeStatus;
  /** Oldest first, one sentence each. */
  readonly problems: readonly string[];
}

/** `POST waits`; answers `InstanceWaits[]`, without those that do not exist. */
export interface WaitsRequest {
  /** At most 200. */
  readonly ids: readonly string[];
}
export interface InstanceWaits {
  readonly instanceId: string;
  readonly waits: readonly Wait[];
}

/** What an orchestrator waits for: an open task, or several of the same name. */
export interface Wait {
  readonly kind: WaitKind;
  /** Empty for timers. */
  readonly name: string;
  readonly count: number;
  /** When the first timer is due. */
  readonly due?: string;
  readonly since: string;
}
export type WaitKind = "event" | "activity" | "child" | "timer" | "entity" | "lock" | "http";

/** `GET instances/{id}/mails`: what the app's sandbox has sent about an instance, newest first; 50 at most. */
export interface InstanceMail {
  readonly to: string;
  readonly subject: string;
  readonly text: string;
  /** The links in the text. They may contain a token that lets its holder decide. */
  readonly links: readonly string[];
  readonly sentAt: string;
}

/** `POST clock/advance`; answers `Advanced` when all that became due has run. */
export interface AdvanceRequest {
  /** ISO 8601 duration of weeks and smaller units, such as `PT72H`. */
  readonly by: string;
}
export interface Advanced {
  readonly now: string;
  /** When something is due next; null if nothing is. */
  readonly nextDue: string | null;
}

/** A line of the app's code. */
export interface SourcePlace {
  /** Relative to the app's folder, with forward slashes. */
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** Name of the function, if it has one. */
  readonly function?: string;
}

/**
 * `GET instances/{id}/replay?from={episode}`: the instance's history, replayed on the code that the host runs. One answer
 * has at most 200 episodes, fewer of a long history: those from `from` on; by default the last ones.
 */
export interface InstanceReplay {
  readonly instanceId: string;
  readonly name: string;
  /** The files that the replay names; `GET source?file=` gives their lines. */
  readonly files: readonly string[];
  /** The executions of which the host knows the history, oldest first; after continue-as-new only the last. */
  readonly generations: readonly Generation[];
}

export interface Generation {
  readonly executionId: string;
  /** How many episodes the execution has had. */
  readonly episodeCount: number;
  /** In order; those that this answer holds. */
  readonly episodes: readonly Episode[];
  /** All calls of the execution up to the last of these episodes, in the order in which they were made. */
  readonly calls: readonly ReplayedCall[];
}

/** One run of the orchestrator function, from its first line to where it waits. */
export interface Episode {
  /** From 1. */
  readonly index: number;
  readonly time: string;
  /** What has happened since the previous episode. */
  readonly newEvents: readonly EpisodeEvent[];
  readonly customStatus: Json;
  /** What the code logs when it is replayed, except what it logs only the first time. */
  readonly log: readonly { readonly level: string; readonly message: string }[];
  /** The frames of the app's code at the call that it waits for, innermost first; empty when it has ended. */
  readonly waitsAt: readonly SourcePlace[];
  /** Set if the execution ends with this episode. */
  readonly ended?: "Completed" | "Failed" | "ContinuedAsNew" | "Terminated";
  /** Set if the code does something else now than the history says. */
  readonly difference?: string;
}

/** An event of the raw history, with readable names. */
export interface EpisodeEvent {
  readonly type: string;
  readonly time: string;
  /** Of an event from outside: its name; of a completion: the function's name. */
  readonly name?: string;
  readonly value?: Json;
}

/** A call to the SDK. In episode `n` it is replayed if `madeIn < n`, and its result is known if `doneIn <= n`. */
export interface ReplayedCall {
  /** Position among the calls, for example `2`; of a task in `Task.all` or `Task.any`, `2.0`. */
  readonly id: string;
  /** For example `callActivity` or `Task.any`. */
  readonly kind: string;
  readonly name?: string;
  readonly input?: Json;
  /** The due time of a timer. */
  readonly fireAt?: string;
  /** The episode that made the call; 0 if it is before the episodes of this answer. */
  readonly madeIn: number;
  /** The first of this answer's episodes that saw it end. */
  readonly doneIn?: number;
  readonly result?: Json;
  /** Set if it failed: the reason. */
  readonly error?: string;
  /** The frames of the app's code that make the call, innermost first. */
  readonly at: readonly SourcePlace[];
  /** The tasks of `Task.all` and `Task.any`. */
  readonly tasks?: readonly ReplayedCall[];
}

/** `GET source?file=`. */
export interface SourceFile {
  readonly file: string;
  /** Each line is a list of tokens; joined, their texts are the line. */
  readonly lines: readonly (readonly SourceToken[])[];
}
export interface SourceToken {
  readonly text: string;
  readonly class?: TokenClass;
}
export type TokenClass =
  "comment" | "string" | "number" | "keyword" | "function" | "type" | "property" | "punctuation";

/** The body of every error under `/runtime/console/`, and of the proxy's own errors. */
export interface ConsoleError {
  /** One sentence that says what is wrong and, where possible, what to do. */
  readonly error: string;
}
