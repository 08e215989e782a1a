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
  /** Fails an instance, with the cause as text, where the extension would leave it waiting for ever. */
  readonly strict: boolean;
}

const PER_CORE = 10;

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
  strict: false,
};

/**
 * Reads a `durableTask` section, names without regard to case, on top of the defaults. Values of the wrong
 * type are ignored, as the extension's configuration does.
 */
export function readEngineSettings(section: Readonly<Record<string, unknown>>): EngineSettings {
  const values = new Map(Object.entries(section).map(([name, value]) => [name.toLowerCase(), value]));
  const textOf = (name: string): string => {
    const value = values.get(name.toLowerCase());
    // Settings that come through the environment are texts, whatever they stand for.
    return typeof value === "string" || typeof value === "number" || typeof value === "boolean"
      ? String(value)
      : "";
  };
  const numeric = (name: string, fallback: number): number => {
    const value = Number(textOf(name));
    return Number.isFinite(value) && value > 0 ? value : fallback;
  };
  const oneOf = <T extends string>(name: string, allowed: readonly T[], fallback: T): T => {
    const value = textOf(name).toLowerCase();
    return allowed.find((candidate) => candidate.toLowerCase() === value) ?? fallback;
  };
  const flag = (name: string, fallback: boolean): boolean => {
    const value = textOf(name).toLowerCase();
    return value === "" ? fallback : value === "true";
  };
  const defaults = DEFAULT_SETTINGS;
  const version = textOf("defaultVersion");
  return {
    maxConcurrentActivityFunctions: numeric(
      "maxConcurrentActivityFunctions",
      defaults.maxConcurrentActivityFunctions,
    ),
    maxConcurrentOrchestratorFunctions: numeric(
      "maxConcurrentOrchestratorFunctions",
      defaults.maxConcurrentOrchestratorFunctions,
    ),
    maxOrchestrationActions: numeric("maxOrchestrationActions", defaults.maxOrchestrationActions),
    maxEntityOperationBatchSize: numeric("maxEntityOperationBatchSize", defaults.maxEntityOperationBatchSize),
    storeInputsInOrchestrationHistory: flag(
      "storeInputsInOrchestrationHistory",
      defaults.storeInputsInOrchestrationHistory,
    ),
    defaultVersion: version === "" ? null : version,
    versionMatchStrategy: oneOf(
      "versionMatchStrategy",
      ["None", "Strict", "CurrentOrOlder"],
      defaults.versionMatchStrategy,
    ),
    versionFailureStrategy: oneOf(
      "versionFailureStrategy",
      ["Reject", "Fail"],
      defaults.versionFailureStrategy,
    ),
    strict: flag("strict", defaults.strict),
  };
}
