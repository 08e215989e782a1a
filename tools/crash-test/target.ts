import type { Moment } from "./plan.ts";

/** What was under way at the moment of a kill. */
export interface InFlight {
  /** Activities that had been called and not answered, by name: they run again. */
  readonly activities: Readonly<Record<string, number>>;
  /** Orchestrations that had not ended, by name. */
  readonly instances: Readonly<Record<string, number>>;
}

/** How fast a host was back. */
export interface Recovery {
  /** From the start of the process, or from the kill if its start is not known, to the first answer. */
  readonly servingMs: number;
  /** To the first write to the task hub; undefined if it cannot be seen. */
  readonly progressMs?: number | undefined;
}

/** A running app whose host and worker can be killed. */
export interface Target {
  readonly base: string;
  readonly moments: readonly Moment[];
  /** How the reports calls it. */
  readonly description: string;
  /** Whether it answers 5xx for its dead worker, or while it starts. */
  readonly blamesItself: boolean;
  /** The goal for the time from the start of the process to the first progress, if there is one. */
  readonly progressGoalMs?: number | undefined;
  /** The longest time in which everything ends after the last kill. */
  readonly settlesWithinMs: number;
  /** Starts it, or waits until its supervisor has. */
  begin(): void;
  /** Waits until it answers. */
  recovered(): Promise<Recovery>;
  /** The next write to the task hub; never, where it cannot be seen. */
  nextWrite(): Promise<void>;
  killHost(): Promise<InFlight | undefined>;
  /** False if there is none at the moment. */
  killWorker(): Promise<boolean>;
  stop(): Promise<void>;
}
