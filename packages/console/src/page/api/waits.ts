import { useEffect, useRef } from "preact/hooks";
import {
  EXTRAS_PATH,
  type InstanceWaits,
  type Wait,
  type WaitsRequest,
} from "../../api/local-host-extras.ts";
import { sendJson } from "./http.ts";
import { usePolling } from "./polling.ts";

export type Waiting = ReadonlyMap<string, readonly Wait[]>;

/** The server reads bodies of 10,000 bytes, and ids have up to 256 characters. */
const IDS_AT_ONCE = 30;

/**
 * What unfinished instances wait for, by their ids; the ones that are in view. Only the local host knows it.
 *
 * @param isLocal whether the page is on a local host
 */
export function useWaits(ids: readonly string[], isLocal: boolean): Waiting | undefined {
  const latest = useRef(ids);
  latest.current = ids;
  const { value, reload } = usePolling(
    isLocal && ids.length > 0 ? "waits" : undefined,
    (signal) => readWaits(latest.current, signal),
    ({ kind }) => kind === "instance",
  );
  useEffect(reload, [ids.join("\n")]);
  return value;
}

async function readWaits(ids: readonly string[], signal: AbortSignal): Promise<Waiting> {
  const waits = new Map<string, readonly Wait[]>();
  for (let at = 0; at < ids.length; at += IDS_AT_ONCE) {
    const json = { ids: ids.slice(at, at + IDS_AT_ONCE) } satisfies WaitsRequest;
    const found = await sendJson<InstanceWaits[]>(`${EXTRAS_PATH}/waits`, { method: "POST", json, signal });
    for (const one of found) waits.set(one.instanceId, one.waits);
  }
  return waits;
}
