import { asObject } from "../json.ts";
import { availableParallelism } from "node:os";

/** The engine's settings: from the `extensions.durableTask` section of `host.json`, and its own. */
export interface EngineSettings {
  readonly maxConcurrentActivityFunctions: number;
  readonly maxConcurrentOrchestratorFunctions: number;
  readonly maxOrchestrationActions: number;
  readonly maxEntityOperationBatchSize: number;
  readonly storeInputsInOrchestrationHistory: boolean;
  /** Version of this app, and of instances that are started without a version. */
  readonly defaultVersion: string | null;
  readonly versionMatchStrategy: "None" | "Strict" | "CurrentOrOlder";
  /** `Reject` lets instances of other versions wait, `Fail` fails them. */
  readonly versionFailureStrategy: "Reject" | "Fail";
  /** Whether a start may replace an instance that has not ended. */
  readonly overridableExistingInstanceStates: "NonRunningStates" | "AnyState";
  /** Time between two polls of `callHttp` when the response has no Retry-After. */
  readonly defaultAsyncRequestSleepTimeMilliseconds: number;
  /**
   * How long one timer may be, and the length of the parts of longer ones. Constants of the extension's Azure Storage
   * provider (6 and 3 days), which a test of long waits can shorten.
   */
  readonly maximumDelayTimeMilliseconds: number;
  readonly longRunningTimerIntervalLengthMilliseconds: number;
  /** Fails an instance, with the cause as message, where the extension would let it wait forever. */
  readonly strict: boolean;
}

const PER_CORE = 10;
const DAY_MS = 24 * 3600 * 1000;

/** The extension's own defaults. */
export const DEFAULT_SETTINGS: EngineSettings = {
  maxConcurrentActivityFunctions: PER_CORE * availableParallelism(),
  maxConcurrentOrchestratorFunctions: PER_CORE * availableParallelism(),
  maxOrchestrationActions: 100_000,
  maxEntityOperationBatchSize: 50,
  storeInputsInOrchestrationHistory: false,
  defaultVersion: null,
  versionMatchStrategy: "CurrentOrOlder",
  versionFailureStrategy: "Reject",
  overridableExistingInstanceStates: "NonRunningStates",
  defaultAsyncRequestSleepTimeMilliseconds: 30_000,
  maximumDelayTimeMilliseconds: 6 * DAY_MS,
  longRunningTimerIntervalLengthMilliseconds: 3 * DAY_MS,
  strict: false,
};

/**
 * Reads a `durableTask` section with case-insensitive names; the defaults apply to the rest. Values of the wrong type
 * are ignored, as in the extension's configuration.
 */
export function readEngineSettings(durableTask: Readonly<Record<string, unknown>>): EngineSettings {
  const section = new Section(durableTask);
  const http = section.section("httpSettings");
  const version = section.text("defaultVersion");
  return {
    maxConcurrentActivityFunctions: section.number("maxConcurrentActivityFunctions"),
    maxConcurrentOrchestratorFunctions: section.number("maxConcurrentOrchestratorFunctions"),
    maxOrchestrationActions: section.number("maxOrchestrationActions"),
    maxEntityOperationBatchSize: section.number("maxEntityOperationBatchSize"),
    storeInputsInOrchestrationHistory: section.flag("storeInputsInOrchestrationHistory"),
    defaultVersion: version === "" ? null : version,
    versionMatchStrategy: section.oneOf("versionMatchStrategy", ["None", "Strict", "CurrentOrOlder"]),
    versionFailureStrategy: section.oneOf("versionFailureStrategy", ["Reject", "Fail"]),
    overridableExistingInstanceStates: section.oneOf("overridableExistingInstanceStates", [
      "NonRunningStates",
      "AnyState",
    ]),
    defaultAsyncRequestSleepTimeMilliseconds: http.number("defaultAsyncRequestSleepTimeMilliseconds"),
    maximumDelayTimeMilliseconds: section.number("maximumDelayTimeMilliseconds"),
    longRunningTimerIntervalLengthMilliseconds: section.number("longRunningTimerIntervalLengthMilliseconds"),
    strict: section.flag("strict"),
  };
}

/** Names of the settings whose values are of one kind. */
type NamesOf<T> = {
  [K in keyof EngineSettings]: EngineSettings[K] extends T ? K : never;
}[keyof EngineSettings];

class Section {
  readonly #values: ReadonlyMap<string, unknown>;

  constructor(values: Readonly<Record<string, unknown>>) {
    this.#values = new Map(Object.entries(values).map(([name, value]) => [name.toLowerCase(), value]));
  }

  section(name: string): Section {
    return new Section(asObject(this.#values.get(name.toLowerCase())));
  }

  /** Settings from the environment are always strings. */
  text(name: string): string {
    const value = this.#values.get(name.toLowerCase());
    return ["string", "number", "boolean"].includes(typeof value) ? String(value) : "";
  }

  number(name: NamesOf<number>): number {
    const value = Number(this.text(name));
    return Number.isFinite(value) && value > 0 ? value : DEFAULT_SETTINGS[name];
  }

  flag(name: NamesOf<boolean>): boolean {
    const value = this.text(name).toLowerCase();
    return value === "" ? DEFAULT_SETTINGS[name] : value === "true";
  }

  oneOf<N extends NamesOf<string>>(name: N, allowed: readonly EngineSettings[N][]): EngineSettings[N] {
    const value = this.text(name).toLowerCase();
    return allowed.find((candidate) => candidate.toLowerCase() === value) ?? DEFAULT_SETTINGS[name];
  }
}
