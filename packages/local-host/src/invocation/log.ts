import type { LogCategory, LogLevel } from "../app/worker-types.ts";

/** One message of a function, of the library or of the host. */
export interface LogRecord {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly level: LogLevel;
  readonly category: LogCategory;
  /** Absent outside of invocations. */
  readonly functionName?: string | undefined;
  readonly invocationId?: string | undefined;
  readonly message: string;
}

export type LogSink = (record: LogRecord) => void;
