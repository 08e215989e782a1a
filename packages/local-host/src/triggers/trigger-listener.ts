import type { AppFunction } from "../app/app-function.ts";
import type { LogLevel } from "../app/worker-types.ts";

/** Calls a function for something other than an HTTP request, such as a due schedule or a message. */
export interface TriggerListener {
  start(): void;
  /** Starts nothing new and waits for running functions. */
  stop(): Promise<void>;
}

/** Logs a message of the host about a function. */
export type ListenerLog = (fn: Pick<AppFunction, "name">, level: LogLevel, message: string) => void;
