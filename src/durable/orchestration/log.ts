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

/** The pattern of an instance, as its lines show it. */
export interface LoggedPattern {
  readonly name: string;
  /** A running instance with no event for longer is stuck: the query of stuck instances reads this limit. */
  readonly stuckAfterHours: number;
}

let patternOf: (instanceId: string) => LoggedPattern | undefined = () => undefined;

/** Sets how the log finds the pattern of an instance; called from the composition root only. */
export function logPatternsBy(lookUp: (instanceId: string) => LoggedPattern | undefined): void {
  patternOf = lookUp;
}

/** For the line of an orchestration's start; undefined for an instance without a pattern. */
export const stuckAfterHours = (instanceId: string): number | undefined =>
  patternOf(instanceId)?.stuckAfterHours;

/**
 * The log of one invocation. Each line carries the instance and its pattern.
 *
 * @param isSilent asked for each line: orchestrators write nothing while they replay
 */
export function instanceLog(sink: Sink, instanceId: string, isSilent: () => boolean = () => false): Log {
  return eventLog(sink, { instanceId, pattern: patternOf(instanceId)?.name }, isSilent);
}

/** The log of functions without an orchestration: timers, queues, entities. @param identity is in every line */
export function eventLog(sink: Sink, identity: LogFields = {}, isSilent: () => boolean = () => false): Log {
  const line = (event: string, fields: LogFields) => JSON.stringify({ event, ...identity, ...fields });
  const write =
    (level: keyof Sink) =>
    (event: string, fields: LogFields = {}) => {
      if (!isSilent()) sink[level](line(event, fields));
    };
  return { info: write("info"), warn: write("warn"), error: write("error") };
}
