/** The fields of a line besides its event: values that a query can compare, and no personal data. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes events as JSON, so that queries read fields and need not parse sentences. */
export interface Log {
  /** @param event in the past tense, the same text every time: `lineDeadLettered` */
  info(event: string, fields?: LogFields): void;
  warn(event: string, fields?: LogFields): void;
  error(event: string, fields?: LogFields): void;
}

/** The part of an invocation's context that writes. */
interface Sink {
  info(text: string): void;
  warn(text: string): void;
  error(text: string): void;
}

/**
 * The log of one invocation.
 *
 * @param identity is in every line
 * @param isSilent asked for each line: orchestrators write nothing while they replay
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
