import { useRef } from "preact/hooks";
import { HttpError } from "../../api/http.ts";
import { readInstance } from "../../api/management.ts";
import { usePolling } from "../../api/polling.ts";
import { isEnded } from "../../parts/statuses.ts";
import type { ChildHistory } from "./rows.ts";

/** Reads the children that are open, again and again while they run. */
export function useChildren(opened: readonly string[]): ReadonlyMap<string, ChildHistory> {
  const known = useRef<ReadonlyMap<string, ChildHistory>>(new Map());
  const { value } = usePolling(
    opened.length === 0 ? undefined : `children in place ${JSON.stringify(opened)}`,
    async (signal) => {
      const children = await Promise.all(opened.map((id) => readChild(id, known.current.get(id), signal)));
      known.current = new Map(opened.map((id, at) => [id, children[at] ?? {}]));
      return known.current;
    },
    (change) => change.kind === "clock" || ("instanceId" in change && opened.includes(change.instanceId)),
  );
  return value ?? known.current;
}

async function readChild(
  id: string,
  before: ChildHistory | undefined,
  signal: AbortSignal,
): Promise<ChildHistory> {
  if (before?.instance !== undefined && isEnded(before.instance.runtimeStatus)) return before;
  try {
    return { instance: await readInstance(id, signal) };
  } catch (error) {
    if (signal.aborted || !(error instanceof HttpError) || error.status === 0) throw error;
    return { error: error.status === 404 ? "It is not there any more." : error.message };
  }
}
