import { availableParallelism } from "node:os";

/** What the engine takes from the `extensions.durableTask` section of `host.json`, and its own switches. */
export interface EngineSettings {
  readonly maxConcurrentActivityFunctions: number;
  readonly maxConcurrentOrchestratorFunctions: number;
  readonly maxOrchestrationActions: number;
  readonly maxEntityOperationBatchSize: number;
  readonly storeInputsInOrchestrationHistory: boolean;
  /** Version of instances that are started without one, and the one that this app is. */
  readonly defaultVersion: string | null;
  readonly versionMatchStrategy: "None" | "Strict" | "CurrentOrOlder";
  /** `Reject` leaves instances of other versions waiting, `Fail` fails them. */
  readonly versionFailureStrategy: "Reject" | "Fail";
  /** Whether a start may replace an instance that has not ended. */
  readonly overridableExistingInstanceStates: "NonRunningStates" | "AnyState";
  /** Sleep between two polls of `callHttp` when the answer names none. */
  readonly defaultAsyncRequestSleepTimeMilliseconds: number;
  /**
   * How long one timer may be, and the pieces of longer ones: constants of the extension's provider for Azure Storage,
   * 6 and 3 days there, that a test of long waits can shorten.
   */
  readonly maximumDelayTimeMilliseconds: number;
  readonly longRunningTimerIntervalLengthMilliseconds: number;
  /** Fails an instance, with the cause as text, where the extension would leave it waiting for ever. */
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
 * Reads a `durableTask` section, names without regard to case, on top of the defaults. Values of the wrong
 * type are ignored, as the extension's configuration does.
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
    const value = this.#values.get(name.toLowerCase());
    return new Section(typeof value === "object" && value !== null ? { ...value } : {});
  }

  /** Settings that come through the environment are texts, whatever they stand for. */
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
