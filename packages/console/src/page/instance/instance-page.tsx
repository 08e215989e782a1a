import { useMemo, useRef } from "preact/hooks";
import type { InstanceStatus } from "../../api/management-api.ts";
import { readInstanceAgain } from "../api/management.ts";
import { usePolling } from "../api/polling.ts";
import { useWaits } from "../api/waits.ts";
import { usePatterns } from "../list/patterns.ts";
import { Doc } from "../learn/doc-page.tsx";
import { usePatternDoc } from "../learn/use-doc.ts";
import { Empty } from "../parts/empty.tsx";
import { outcomeOf } from "../parts/outcome.ts";
import { Status } from "../parts/status.tsx";
import { isEnded } from "../parts/statuses.ts";
import { Text } from "../parts/text.tsx";
import { duration, Moment } from "../parts/time.tsx";
import { Waits } from "../parts/waits.tsx";
import { ProblemBand } from "../problems/problem-list.tsx";
import { useApp } from "../shell/app-context.ts";
import { href, instanceHref, navigate, useRoute, withQuery } from "../shell/router.ts";
import { Commands } from "./commands.tsx";
import { Family } from "./family.tsx";
import { Mails } from "./mails/mail-list.tsx";
import { openWaitsOf } from "./steps/open-waits.ts";
import type { KnownInstance } from "./steps/read-steps.ts";
import { InstanceView } from "./instance-view.tsx";

/** One instance: its head with the commands, its family, and the view of what it does. */
export function InstancePage({ instanceId }: { readonly instanceId: string }) {
  const known = useRef<InstanceStatus>();
  const { value, error, reload } = usePolling(
    `instance ${instanceId}`,
    async (signal) => {
      known.current = await readInstanceAgain(known.current, instanceId, signal);
      return known.current;
    },
    (change) => change.kind === "clock" || ("instanceId" in change && change.instanceId === instanceId),
  );
  if (error?.status === 404) {
    return (
      <Empty title="There is no such instance">
        <p>
          <Text value={instanceId} /> was never started, or it was purged.
        </p>
        <a class="button" href={href(["instances"])} ref={known.current && focusIfLost}>
          All instances
        </a>
      </Empty>
    );
  }
  if (value === undefined) return <p class="loading">{error?.message ?? "Loading …"}</p>;
  return <Loaded instance={value} onDone={reload} />;
}

/** After a purge, the buttons that had the focus are gone. */
function focusIfLost(element: HTMLElement | null): void {
  if (document.activeElement === document.body) element?.focus();
}

interface LoadedProps {
  readonly instance: KnownInstance;
  readonly onDone: () => void;
}

function Loaded({ instance: status, onDone }: LoadedProps) {
  const instance = useKnownInstance(status);
  const route = useRoute();
  const patterns = usePatterns();
  const { instanceId, name, runtimeStatus, output } = instance;
  const outcome = runtimeStatus === "Completed" ? outcomeOf(output) : undefined;
  const pattern = patterns.of({ id: instanceId, name });
  const doc = usePatternDoc(instance);
  const isLearning = doc !== undefined && route.query.get("learn") !== null;
  const isAskedFor = useRef(false);
  const toggle = () => {
    isAskedFor.current = true;
    navigate(withQuery(route, { learn: isLearning ? "" : "1" }), true);
  };
  return (
    <div class={isLearning ? "split" : "whole"}>
      <section class="page instance" aria-label="Instance">
        <div class="bar">
          <h1>
            <Text value={name} />
          </h1>
          <Status value={instance.runtimeStatus} outcome={outcome} />
          {pattern !== undefined && <span class="tag">{pattern}</span>}
          {doc !== undefined && (
            <button type="button" class="small" aria-pressed={isLearning} onClick={toggle}>
              Learn
            </button>
          )}
          <Commands instance={instance} onDone={onDone} />
        </div>
        <ProblemBand instanceId={instanceId} />
        <Mails instance={instance} />
        <Facts instance={instance} />
        <InstanceView instanceId={instanceId} instance={instance} />
        <Family instance={instance} />
      </section>
      {isLearning && pattern !== undefined && (
        <Doc pattern={pattern} instance={instance} isAskedFor={isAskedFor.current} />
      )}
    </div>
  );
}

/** The instance with what it waits for, if the host tells it. */
function useKnownInstance(instance: InstanceStatus): KnownInstance {
  const { about } = useApp();
  const ids = isEnded(instance.runtimeStatus) ? [] : [instance.instanceId];
  const waits = useWaits(ids, about?.host === "local")?.get(instance.instanceId);
  return useMemo(() => (waits === undefined ? instance : { ...instance, waits }), [instance, waits]);
}

function Facts({ instance }: { readonly instance: KnownInstance }) {
  const { now } = useApp();
  const { instanceId, createdTime, lastUpdatedTime, parentInstanceId, runtimeStatus, version } = instance;
  const end = isEnded(runtimeStatus) ? Date.parse(lastUpdatedTime) : now;
  const waits = useMemo(() => openWaitsOf(instance), [instance]);
  return (
    <dl class="facts">
      <div class="wide">
        <dt>Id</dt>
        <dd class="mono">
          <Text value={instanceId} />
        </dd>
      </div>
      {parentInstanceId !== undefined && (
        <div class="wide">
          <dt>Parent</dt>
          <dd>
            <a class="mono" href={instanceHref(parentInstanceId)}>
              <Text value={parentInstanceId} />
            </a>
          </dd>
        </div>
      )}
      {waits.length > 0 && (
        <div class="wide">
          <dt>Waits for</dt>
          <dd>
            <Waits waits={waits} now={now} />
          </dd>
        </div>
      )}
      <div>
        <dt>Created</dt>
        <dd>
          <Moment value={createdTime} now={now} />
        </dd>
      </div>
      <div>
        <dt>Updated</dt>
        <dd>
          <Moment value={lastUpdatedTime} now={now} />
        </dd>
      </div>
      <div>
        <dt>{isEnded(runtimeStatus) ? "Took" : "Age"}</dt>
        <dd>{duration(end - Date.parse(createdTime))}</dd>
      </div>
      {version !== undefined && (
        <div>
          <dt>Version</dt>
          <dd>
            <Text value={version} />
          </dd>
        </div>
      )}
    </dl>
  );
}
