import { useRef } from "preact/hooks";
import type { InstanceStatus } from "../../api/management-api.ts";
import { type InstanceQuery, listInstances } from "../api/management.ts";
import { usePolling } from "../api/polling.ts";
import { inFamilies, type Row, rowOf } from "../list/instance-pages.ts";
import { Progress } from "../parts/progress.tsx";
import { Status } from "../parts/status.tsx";
import { isEnded } from "../parts/statuses.ts";
import { Id, Text } from "../parts/text.tsx";
import { instanceHref } from "../shell/router.ts";
import { textOf } from "./steps/event-fields.ts";

const MOST_CHILDREN = 100;
/** Of the instances that were created in the lifetime of the parent, so many are looked at. */
const MOST_CREATED = 1000;
const SECOND_MS = 1000;

/** The children of an instance. */
export function Family({ instance }: { readonly instance: InstanceStatus }) {
  const { instanceId } = instance;
  const shown = useRef<ReadonlySet<string>>(new Set());
  const { value = [] } = usePolling(
    `children ${instanceId} ${startedBy(instance)}`,
    async (signal) => {
      const children = await childrenOf(instance, signal);
      shown.current = new Set(children.map(({ id }) => id));
      return children;
    },
    (change) =>
      "instanceId" in change &&
      (change.instanceId.startsWith(`${instanceId}:`) || shown.current.has(change.instanceId)),
  );
  if (value.length === 0) return null;
  return (
    <section aria-label="Children">
      <h2>
        Children{" "}
        <span class="count">
          {value.length >= MOST_CHILDREN ? `the first ${value.length}` : value.length}
        </span>
      </h2>
      <ul class="children">
        {value.map((row) => (
          <Child key={row.id} row={row} within={instanceId} />
        ))}
      </ul>
    </section>
  );
}

/** How many children the history tells. It has one event of each: while the child runs, or when it has ended. */
const startedBy = ({ historyEvents = [] }: InstanceStatus) =>
  historyEvents.filter((event) => textOf(event, "EventType").startsWith("SubOrchestrationInstance")).length;

/** By convention their ids begin with the parent's. Generated ones do not, but some hosts tell the parent. */
async function childrenOf(parent: InstanceStatus, signal: AbortSignal): Promise<readonly Row[]> {
  const { instanceId } = parent;
  const named = await listInstances({ prefix: `${instanceId}:` }, MOST_CHILDREN, undefined, signal);
  // A host that does not support prefixes returns all instances.
  const children = named.items.filter((one) => one.instanceId.startsWith(`${instanceId}:`));
  if (children.length < Math.min(startedBy(parent), MOST_CHILDREN)) {
    const created = await listInstances(lifetimeOf(parent), MOST_CREATED, undefined, signal);
    const ids = new Set(children.map((child) => child.instanceId));
    const isOther = (one: InstanceStatus) => one.parentInstanceId === instanceId && !ids.has(one.instanceId);
    children.push(...created.items.filter(isOther));
  }
  return inFamilies(children.slice(0, MOST_CHILDREN).map(rowOf));
}

/** The API's times are in whole seconds. */
function lifetimeOf({ createdTime, lastUpdatedTime, runtimeStatus }: InstanceStatus): InstanceQuery {
  const end = new Date(Date.parse(lastUpdatedTime) + SECOND_MS);
  const hasEnd = isEnded(runtimeStatus) && !Number.isNaN(end.getTime());
  return { createdFrom: createdTime, createdTo: hasEnd ? end.toISOString() : undefined };
}

function Child({ row, within }: { readonly row: Row; readonly within: string }) {
  return (
    <li>
      <a href={instanceHref(row.id)} class="mono">
        <Id value={row.id.startsWith(within) ? row.id.slice(within.length) : row.id} />
      </a>
      <Text value={row.name} />
      <Status value={row.status} outcome={row.outcome} />
      <Progress status={row.customStatus} />
    </li>
  );
}
