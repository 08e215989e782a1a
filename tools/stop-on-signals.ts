import process from "node:process";
import { onNpmKilled } from "./run.ts";

/** As shells report a process that was ended by the signal. */
const EXIT_CODES = { SIGINT: 130, SIGTERM: 143 } as const;

/** What Ctrl-C, SIGTERM or the end of npm asks for: to finish with what there is. A second signal ends at once. */
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
    if (stop.signal.aborted) process.exit(code);
    exitCode = code;
    stop.abort();
    resolve(undefined);
  };
  for (const [name, code] of Object.entries(EXIT_CODES)) process.on(name, () => ask(code));
  onNpmKilled(() => stop.signal.aborted || ask(EXIT_CODES.SIGTERM));
  return { signal: stop.signal, asked, exitCode: () => exitCode };
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
