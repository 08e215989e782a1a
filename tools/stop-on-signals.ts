import process from "node:process";
import { onNpmKilled } from "./run.ts";

/** As shells report a process that was ended by the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** A terminal sends Ctrl-C to every process, and npm passes it on once more. A person presses it again later. */
const SAME_CTRL_C_MS = 1000;

/** What Ctrl-C, SIGTERM or the end of npm asks for: to finish with what there is. A later signal ends at once. */
export interface Stop {
  readonly signal: AbortSignal;
  /** Resolved when it is asked for. */
  readonly asked: Promise<undefined>;
  exitCode(): number;
}

export function stopOnSignals(): Stop {
  const { promise: asked, resolve } = Promise.withResolvers<undefined>();
  const stop = new AbortController();
  let exitCode = 0;
  const ask = (code: number) => {
    exitCode = code;
    stop.abort();
    resolve(undefined);
  };
  onStopAsked(ask, (code) => process.exit(code));
  return { signal: stop.signal, asked, exitCode: () => exitCode };
}

/**
 * Calls `stop` when a signal or the end of npm asks for that, and `endNow` at each later signal, with the exit code for it.
 */
export function onStopAsked(stop: (exitCode: number) => void, endNow: (exitCode: number) => void): void {
  let askedAt: number | undefined;
  const ask = (code: number) => {
    askedAt = performance.now();
    stop(code);
  };
  for (const [name, code] of Object.entries(EXIT_CODES)) {
    process.on(name, () => {
      if (askedAt === undefined) ask(code);
      else if (performance.now() - askedAt >= SAME_CTRL_C_MS) endNow(code);
    });
  }
  onNpmKilled(() => askedAt ?? ask(EXIT_CODES.SIGTERM));
}

/**
 * Ends the process when that is asked for, because there is nothing to finish yet. Not any more, once the function that is
 * returned has been called.
 */
export function endUntilBegun(stop: Stop): () => void {
  let hasBegun = false;
  void stop.asked.then(() => hasBegun || process.exit(stop.exitCode()));
  return () => {
    hasBegun = true;
  };
}
