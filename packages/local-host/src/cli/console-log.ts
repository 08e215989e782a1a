import { styleText } from "node:util";
import type { LogLevel } from "../app/worker-types.ts";
import type { LogRecord, LogSink } from "../invocation/log.ts";

const SHORT_LEVELS: Readonly<Record<LogLevel, string>> = {
  trace: "trace",
  debug: "debug",
  information: "info ",
  warning: "warn ",
  error: "error",
  critical: "crit ",
  none: "     ",
};

/**
 * Writes records as lines `time level [function] message`; further lines of a message are indented. Without `verbose`,
 * it shows the app's messages, and warnings and errors of all sources.
 */
export function consoleLog(write: (line: string) => void, verbose: boolean): LogSink {
  return (record) => {
    if (verbose || isWanted(record)) write(formatRecord(record));
  };
}

function isWanted({ category, level }: LogRecord): boolean {
  if (level === "warning" || level === "error" || level === "critical") return true;
  return category === "user" && level === "information";
}

function formatRecord({ time, level, functionName, message }: LogRecord): string {
  const where = functionName === undefined ? "" : `[${functionName}] `;
  const text = harmless(message).replaceAll("\n", "\n    ");
  return `${new Date(time).toISOString()} ${coloured(level)} ${where}${text}`;
}

/** Messages may contain input of callers, which must not move the cursor, colour the terminal or hide text. */
function harmless(message: string): string {
  return message
    .replaceAll("\r\n", "\n")
    .replaceAll(
      /[^\P{Cc}\n\t]|[\p{Bidi_Control}\u2028\u2029]/gu,
      (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
    );
}

function coloured(level: LogLevel): string {
  const short = SHORT_LEVELS[level];
  if (level === "error" || level === "critical") return styleText("red", short);
  return level === "warning" ? styleText("yellow", short) : short;
}
