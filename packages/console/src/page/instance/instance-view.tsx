import type { InstanceStatus } from "../../api/management-api.ts";
import { Flow } from "../learn/flow/flow.tsx";
import { Progress } from "../parts/progress.tsx";
import { JsonText } from "../parts/text.tsx";
import { useApp } from "../shell/app-context.ts";
import { HistoryView } from "./history/history-view.tsx";
import { ReplayView } from "./replay/replay-view.tsx";
import { SequenceView } from "./sequence/sequence-view.tsx";
import { Tabs } from "./tabs.tsx";
import { Timeline } from "./timeline/timeline.tsx";

export interface InstanceViewProps {
  readonly instanceId: string;
  /** Its newest status, with input, output and history. */
  readonly instance: InstanceStatus;
}

/** What an instance got, did and gave. */
export function InstanceView({ instance }: InstanceViewProps) {
  const { about } = useApp();
  const { customStatus, input, output, historyEvents = [] } = instance;
  return (
    <>
      <div class="panels">
        <Panel title="Input" value={input} />
        <Panel title="Output" value={output} />
        <section class="panel" aria-label="Custom status">
          <h2>Custom status</h2>
          <Progress status={customStatus} />
          {typeof customStatus === "object" && (
            <JsonText value={customStatus} label="Custom status as JSON" />
          )}
        </section>
      </div>
      <Tabs
        label="Views"
        parameter="tab"
        tabs={[
          { id: "timeline", title: "Timeline", panel: () => <Timeline instance={instance} /> },
          { id: "sequence", title: "Sequence", panel: () => <SequenceView instance={instance} /> },
          { id: "flow", title: "Flow", panel: () => <Flow diagram={undefined} instance={instance} /> },
          {
            id: "history",
            title: "History",
            count: historyEvents.length,
            panel: () => <HistoryView events={historyEvents} />,
          },
          ...(about?.canReplay
            ? [{ id: "replay", title: "Replay", panel: () => <ReplayView instance={instance} /> }]
            : []),
        ]}
      />
    </>
  );
}

function Panel({ title, value }: { readonly title: string; readonly value: unknown }) {
  return (
    <section class="panel" aria-label={title}>
      <h2>{title}</h2>
      <JsonText value={value} label={title} />
    </section>
  );
}
