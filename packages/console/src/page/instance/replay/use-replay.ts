import { useEffect, useRef, useState } from "preact/hooks";
import { EXTRAS_PATH, type InstanceReplay } from "../../../api/local-host-extras.ts";
import { HttpError, sendJson } from "../../api/http.ts";
import { type Execution, withAnswer } from "./replay-model.ts";

/** The server gives up after a minute. */
const TIMEOUT_MS = 70_000;
const RETRY_MS = 2000;
/** Episodes before the wanted one are loaded with it, because people step back. */
const BEFORE = 100;

export interface Replay {
  /** Oldest first; undefined until the first answer. */
  readonly executions: readonly Execution[] | undefined;
  readonly error: string | undefined;
  readonly retry: () => void;
  /** Loads the part with this episode of the newest execution. */
  readonly load: (episode: number) => void;
}

/** @param version of the instance: each new one is replayed */
export function useReplay(instanceId: string, version: string): Replay {
  const [executions, setExecutions] = useState<readonly Execution[]>();
  const [error, setError] = useState<string>();
  const [tries, setTries] = useState(0);
  const timer = useRef<ReturnType<typeof setTimeout>>();
  const end = useRef(new AbortController());
  const loading = useRef(new Set<number | undefined>());
  const isStale = useRef(false);
  const read = async (from: number | undefined): Promise<void> => {
    if (loading.current.has(from)) {
      // The answer under way may be older than the version that is wanted now.
      if (from === undefined) isStale.current = true;
      return;
    }
    loading.current.add(from);
    const { signal } = end.current;
    try {
      const path = `${EXTRAS_PATH}/instances/${encodeURIComponent(instanceId)}/replay`;
      const search = from === undefined ? "" : `?from=${from}`;
      const answer = await sendJson<InstanceReplay>(path + search, { signal, timeoutMs: TIMEOUT_MS });
      if (signal.aborted) return;
      setExecutions((known = []) => withAnswer(known, answer));
      setError(undefined);
    } catch (thrown) {
      if (signal.aborted) return;
      setError(thrown instanceof Error ? thrown.message : String(thrown));
      // The host may be starting again.
      const isAway = thrown instanceof HttpError && thrown.status === 0;
      if (isAway) timer.current = setTimeout(() => setTries((count) => count + 1), RETRY_MS);
    } finally {
      loading.current.delete(from);
    }
    if (from === undefined && isStale.current) {
      isStale.current = false;
      await read(undefined);
    }
  };
  useEffect(() => {
    end.current = new AbortController();
    return () => {
      end.current.abort();
      clearTimeout(timer.current);
    };
  }, []);
  useEffect(() => void read(undefined), [version, tries]);
  return {
    executions,
    error,
    retry: () => setTries(tries + 1),
    load: (episode) => void read(Math.max(1, episode - BEFORE)),
  };
}
