import { type Change, EXTRAS_PATH, type InstanceProblems } from "../../api/local-host-extras.ts";
import { sendJson } from "../api/http.ts";
import { usePolling } from "../api/polling.ts";

export type Problems = ReadonlyMap<string, InstanceProblems>;

const NONE: Problems = new Map();

/** What the local host knows about instances that would wait forever. */
export function useKnownProblems(isLocal: boolean): Problems {
  const { value = NONE } = usePolling(
    isLocal ? "problems" : undefined,
    async (signal): Promise<Problems> => {
      const found = await sendJson<InstanceProblems[]>(`${EXTRAS_PATH}/problems`, { signal });
      return new Map(found.map((one) => [one.instanceId, one]));
    },
    (change) => change.kind === "problem" || isAboutOne(change, value),
  );
  return value;
}

/** An instance with problems may end, or be purged. */
const isAboutOne = (change: Change, known: Problems) =>
  change.kind === "instance" && known.has(change.instanceId);
