import type { AppFunction } from "../app/app-function.ts";
import type { LogLevel } from "../app/worker-types.ts";

/** Calls a function when something outside of HTTP happens: time has come, a message has arrived. */
export interface TriggerListener {
  start(): void;
  /** Takes nothing new and waits for what is running. */
  stop(): Promise<void>;
}

/** Says something about a function that is not said by it. */
export type ListenerLog = (fn: Pick<AppFunction, "name">, level: LogLevel, message: string) => void;
