import {
  type Action,
  ActionType,
  type HistoryEvent,
  type LoadedApp,
  Replayer,
} from "durable-local-host/replay";
import { callSites } from "./call-sites.ts";
import type { ActionSites, CallSites, Outcome, SourcePosition } from "./call-sites.ts";
import { compareEpisode, completionName } from "./compare.ts";
import type { Difference } from "./compare.ts";
import { type EpisodeGuard, unguarded } from "./episode-guard.ts";
import { episodesOf } from "./episodes.ts";
import type { History } from "./history.ts";

/** One call of the orchestrator to the SDK. */
export interface OrchestratorCall {
  /** For example `callActivity`, `Task.any`. */
  readonly kind: string;
  /** Function, event, or entity with operation. */
  readonly name?: string;
  /** JSON value. */
  readonly input?: unknown;
  /** The due time of a timer, ISO 8601. */
  readonly fireAt?: string;
  /** Where the orchestrator made the call: the stack frames of the app's code, innermost first. */
  readonly at: readonly SourcePosition[];
  /** Whether an earlier episode made the call, and this one only replayed it. */
  readonly isReplayed: boolean;
  /** How its task ended, if it has; with `places` only. The result of `Task.any` is a task of the SDK. */
  readonly outcome?: Outcome;
  /** The tasks of `Task.all` and `Task.any`. */
  readonly tasks?: readonly OrchestratorCall[];
}

/** The result of replaying one episode of a history on the app's code. */
export interface Episode {
  /** Counted from 1. */
  readonly number: number;
  /** When it began, ISO 8601. */
  readonly at: string;
  /** Events from outside since the previous episode. */
  readonly newEvents: readonly HistoryEvent[];
  /** All calls since the start of the execution, in order. */
  readonly calls: readonly OrchestratorCall[];
  /** The task that the generator waits for at the end of the episode; undefined if it has ended. */
  readonly waitsFor: OrchestratorCall | undefined;
  /** `Completed`, `Failed`, `ContinuedAsNew` or `Terminated`; undefined while the execution continues. */
  readonly ended: string | undefined;
  /** JSON value; undefined for none. */
  readonly customStatus: unknown;
  /** Lines that the orchestrator logged. */
  readonly log: readonly { readonly level: string; readonly message: string }[];
  /** Where the episode differs from its recording. */
  readonly difference: Difference | undefined;
}

export interface ReplayOptions {
  /** Whether calls have their source positions and outcomes; default: true. */
  readonly places?: boolean;
  /** The number of the first episode to replay; default: 1. */
  readonly from?: number;
  /** Watches the replay of each episode. */
  readonly guard?: EpisodeGuard;
}

/**
 * Replays a history on an app, one episode at a time, with the same input as the extension gave to the SDK. No activity
 * runs. Positions refer to the sources if source maps were enabled before the app was loaded (`loadAppForReplay`).
 */
export async function* replay(
  history: History,
  app: LoadedApp,
  { places = true, from = 1, guard = unguarded }: ReplayOptions = {},
): AsyncGenerator<Episode> {
  const replayer = new Replayer(app);
  const sites = places ? callSites(app.folder) : NO_SITES;
  const episodes = episodesOf(history.events);
  const before = episodes[from - 2];
  let known = before ? (await replayer.replay(history, before.past, before.incoming)).actions.length : 0;
  for (const recorded of episodes.slice(Math.max(0, from - 1))) {
    const { result, sites: found } = await sites.during(() =>
      guard(history, recorded.number, () => replayer.replay(history, recorded.past, recorded.incoming)),
    );
    const calls = result.actions.map((action, i) => callOf(action, found[i], i < known));
    known = Math.max(known, result.actions.length);
    yield {
      number: recorded.number,
      at: recorded.incoming[0]?.Timestamp ?? "",
      newEvents: recorded.incoming.slice(1),
      calls,
      waitsFor:
        result.completion === undefined
          ? calls.findLast(({ kind }) => !FIRE_AND_FORGET.has(kind))
          : undefined,
      ended: result.completion && completionName(result.completion),
      customStatus: result.customStatus === null ? undefined : (JSON.parse(result.customStatus) as unknown),
      log: result.log
        .filter(({ category }) => category === "user")
        .map(({ level, message }) => ({ level, message })),
      difference: compareEpisode(recorded, result),
    };
  }
}

const NO_SITES: Pick<CallSites, "during"> = {
  during: async (episode) => ({ result: await episode(), sites: [] }),
};

const KINDS: Readonly<Record<Action["actionType"], string>> = {
  [ActionType.CallActivity]: "callActivity",
  [ActionType.CallActivityWithRetry]: "callActivityWithRetry",
  [ActionType.CallSubOrchestrator]: "callSubOrchestrator",
  [ActionType.CallSubOrchestratorWithRetry]: "callSubOrchestratorWithRetry",
  [ActionType.ContinueAsNew]: "continueAsNew",
  [ActionType.CreateTimer]: "createTimer",
  [ActionType.WaitForExternalEvent]: "waitForExternalEvent",
  [ActionType.CallEntity]: "callEntity",
  [ActionType.CallHttp]: "callHttp",
  [ActionType.SignalEntity]: "signalEntity",
  [ActionType.ScheduledSignalEntity]: "signalEntity",
  [ActionType.WhenAny]: "Task.any",
  [ActionType.WhenAll]: "Task.all",
  [ActionType.LockEntities]: "lock",
  [ActionType.ReleaseEntities]: "release of a lock",
};
const FIRE_AND_FORGET = new Set(["signalEntity", "continueAsNew", "release of a lock"]);

function callOf(action: Action, sites: ActionSites | undefined, isReplayed: boolean): OrchestratorCall {
  const name = nameOf(action);
  const tasks = "compoundActions" in action ? action.compoundActions : undefined;
  return {
    kind: KINDS[action.actionType],
    ...(name !== undefined && { name }),
    ...("input" in action && { input: inputOf(action.input) }),
    ...("fireAt" in action && { fireAt: action.fireAt }),
    at: sites?.frames ?? [],
    ...(sites?.outcome && { outcome: sites.outcome }),
    isReplayed,
    ...(tasks && { tasks: tasks.map((task, i) => callOf(task, sites?.children[i], isReplayed)) }),
  };
}

function nameOf(action: Action): string | undefined {
  if ("functionName" in action) return action.functionName;
  if ("externalEventName" in action) return action.externalEventName;
  if ("operation" in action) return `${action.instanceId} ${action.operation}`;
  if ("httpRequest" in action) return `${action.httpRequest.method} ${action.httpRequest.uri}`;
  if ("lockSet" in action) return action.lockSet.map(({ name, key }) => `@${name}@${key}`).join(", ");
  return undefined;
}

/** The SDK passes inputs as JSON text. */
function inputOf(input: unknown): unknown {
  if (typeof input !== "string") return input;
  try {
    return JSON.parse(input);
  } catch {
    return input;
  }
}
