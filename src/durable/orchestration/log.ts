/** What a line says beside its event: values that a query can compare, and no personal data. */
export type LogFields = Readonly<Record<string, string | number | boolean | undefined>>;

/** Writes what happened as JSON, so that queries read fields in place of taking sentences apart. */
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

let patternOf: (instanceId: string) => string | undefined = () => undefined;

/** Says which pattern an instance belongs to, for every line of it; called from the composition root only. */
export function logPatternsBy(lookUp: (instanceId: string) => string | undefined): void {
  patternOf = lookUp;
}

/**
 * The log of one invocation. Each line carries the instance and its pattern.
 *
 * @param isSilent asked for each line: orchestrators are silent while they replay
 */
export function instanceLog(sink: Sink, instanceId: string, isSilent: () => boolean = () => false): Log {
  return eventLog(sink, { instanceId, pattern: patternOf(instanceId) }, isSilent);
}

/** The log of what belongs to no orchestration: timers, queues, entities. @param identity stands in every line */
export function eventLog(sink: Sink, identity: LogFields = {}, isSilent: () => boolean = () => false): Log {
  const line = (event: string, fields: LogFields) => JSON.stringify({ event, ...identity, ...fields });
  const write =
    (level: keyof Sink) =>
    (event: string, fields: LogFields = {}) => {
      if (!isSilent()) sink[level](line(event, fields));
    };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}
