/** The fields of a log line besides its event: values that a query can compare, without personal data. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes events as JSON, so that queries can read fields. */
export interface Log {
  /** @param event a constant name in the past tense: `lineDeadLettered` */
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** The logging methods of an invocation's context. */
interface Sink {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/**
 * The log of one invocation.
 *
 * @param identity fields of every line
 * @param isSilent called for each line: orchestrators do not log while they replay
 */
export function eventLog(sink: Sink, identity: LogFields = {}, isSilent: () => boolean = () => false): Log {
  const line = (event: string, fields: LogFields) => JSON.stringify({ event, ...identity, ...fields });
  const write =
    (level: keyof Sink) =>
    (event: string, fields: LogFields = {}) => {
      if (!isSilent()) sink[level](line(event, fields));
    };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}
