import type { DurableKind, FunctionRunner } from "../../invocation/function-runner.ts";
import { missingFunction } from "../../invocation/missing-function.ts";
import type { EngineSettings } from "../settings.ts";
import type { TimerLimits } from "./timers.ts";

/** The information about the app's functions that scheduling needs. */
export interface KnownFunctions {
  has(kind: DurableKind, name: string): boolean;
  /** The extension's message about a missing function, with the names that exist. */
  missing(kind: DurableKind, name: string): string;
  /** The version of children that are started without one. */
  readonly defaultVersion: string | null;
  /** Time between two polls of an HTTP call whose response has no Retry-After. */
  readonly httpSleepMs: number;
  readonly timers: TimerLimits;
}

export function knownFunctions(runner: FunctionRunner, settings: EngineSettings): KnownFunctions {
  return {
    has: (kind, name) => runner.find(kind, name) !== undefined,
    missing: (kind, name) => missingFunction(runner, kind, name),
    defaultVersion: settings.defaultVersion,
    httpSleepMs: settings.defaultAsyncRequestSleepTimeMilliseconds,
    timers: {
      maximumDelayTime: settings.maximumDelayTimeMilliseconds,
      longRunningTimerIntervalLength: settings.longRunningTimerIntervalLengthMilliseconds,
    },
  };
}
