import { useEffect, useRef, useState } from "preact/hooks";
import type { Change } from "../../api/local-host-extras.ts";
import { HttpError } from "./http.ts";
import { live } from "./live.ts";
import { connection } from "./connection.ts";

const INTERVAL_MS = 2000;
/** While the host reports changes by itself. */
const LIVE_INTERVAL_MS = 15_000;
const LONGEST_MS = 30_000;
/** Changes within this time are one. */
const QUIET_MS = 120;

export interface Polled<T> {
  readonly value: T | undefined;
  readonly error: HttpError | undefined;
  readonly reload: () => void;
}

interface State<T> {
  readonly key: string | undefined;
  readonly value?: T | undefined;
  readonly error?: HttpError | undefined;
}

/**
 * Calls `load` again and again: after each change that `concerns` it, else in intervals, which grow while the app does
 * not answer. A hidden page rests.
 *
 * @param key starts from the beginning when it changes; without one nothing is loaded
 */
export function usePolling<T>(
  key: string | undefined,
  load: (signal: AbortSignal) => Promise<T>,
  concerns: (change: Change) => boolean = () => true,
): Polled<T> {
  const [state, setState] = useState<State<T>>({ key });
  const latest = useRef({ load, concerns });
  latest.current = { load, concerns };
  const reload = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (key === undefined) return undefined;
    const loop = new PollingLoop(
      (signal) => latest.current.load(signal),
      (value) => setState({ key, value }),
      (error) => setState((old) => ({ key, value: old.key === key ? old.value : undefined, error })),
    );
    reload.current = () => loop.soon(0);
    const ignore = live.listen((change) => {
      if (change.kind === "reload" || latest.current.concerns(change)) loop.onChange();
    });
    const onVisible = () => document.hidden || loop.soon(0);
    document.addEventListener("visibilitychange", onVisible);
    loop.soon(0);
    return () => {
      ignore();
      document.removeEventListener("visibilitychange", onVisible);
      loop.stop();
    };
  }, [key]);
  const isCurrent = state.key === key;
  return {
    value: isCurrent ? state.value : undefined,
    error: isCurrent ? state.error : undefined,
    reload: () => reload.current(),
  };
}

class PollingLoop<T> {
  readonly #end = new AbortController();
  readonly #load: (signal: AbortSignal) => Promise<T>;
  readonly #onValue: (value: T) => void;
  readonly #onError: (error: HttpError) => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #dueAt = Number.POSITIVE_INFINITY;
  #isLoading = false;
  /** Set if it must load again after this time, because of what came while it was loading. */
  #againMs: number | undefined;
  #failures = 0;
  #tookMs = 0;

  constructor(
    load: (signal: AbortSignal) => Promise<T>,
    onValue: (value: T) => void,
    onError: (error: HttpError) => void,
  ) {
    this.#load = load;
    this.#onValue = onValue;
    this.#onError = onError;
  }

  /** Loads within this time, or earlier if that is planned. */
  soon(delayMs: number): void {
    if (this.#end.signal.aborted) return;
    if (this.#isLoading) {
      this.#againMs = Math.min(delayMs, this.#againMs ?? delayMs);
      return;
    }
    const dueAt = performance.now() + delayMs;
    if (dueAt >= this.#dueAt) return;
    clearTimeout(this.#timer);
    this.#dueAt = dueAt;
    this.#timer = setTimeout(() => void this.#run(), delayMs);
  }

  /** What takes long to load is not loaded all the time while there are many changes. */
  onChange(): void {
    this.soon(Math.max(QUIET_MS, 2 * this.#tookMs));
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#end.abort();
  }

  async #run(): Promise<void> {
    this.#dueAt = Number.POSITIVE_INFINITY;
    if (document.hidden) return;
    this.#isLoading = true;
    this.#againMs = undefined;
    const started = performance.now();
    try {
      const value = await this.#load(this.#end.signal);
      this.#tookMs = performance.now() - started;
      this.#failures = 0;
      connection.set(undefined);
      if (!this.#end.signal.aborted) this.#onValue(value);
    } catch (error) {
      if (!this.#end.signal.aborted) this.#fail(error);
    }
    this.#isLoading = false;
    const interval = live.isOpen ? LIVE_INTERVAL_MS : INTERVAL_MS;
    this.soon(this.#againMs ?? Math.min(interval * 2 ** this.#failures, LONGEST_MS));
  }

  #fail(error: unknown): void {
    this.#failures += 1;
    const known = error instanceof HttpError ? error : new HttpError(0, String(error));
    if (known.status !== 404) connection.set(known.message);
    this.#onError(known);
  }
}
