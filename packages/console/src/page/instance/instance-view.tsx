import { InstanceFlow } from "../learn/flow/instance-flow.tsx";
import { useApp } from "../shell/app-context.ts";
import { HistoryView } from "./history/history-view.tsx";
import { ReplayView } from "./replay/replay-view.tsx";
import { SequenceView } from "./sequence/sequence-view.tsx";
import type { KnownInstance } from "./steps/read-steps.ts";
import { Tabs } from "./tabs.tsx";
import { Timeline } from "./timeline/timeline.tsx";
import { ValuePanels } from "./value-panels.tsx";

export interface InstanceViewProps {
  readonly instanceId: string;
  /** Its newest status, with input, output and history. */
  readonly instance: KnownInstance;
}

/** What an instance got, did and gave. */
export function InstanceView({ instance }: InstanceViewProps) {
  const { about } = useApp();
  const { historyEvents = [] } = instance;
  return (
    <>
      <ValuePanels instance={instance} />
      <Tabs
        label="Views"
        parameter="tab"
        tabs={[
          { id: "timeline", title: "Timeline", panel: () => <Timeline instance={instance} /> },
          { id: "sequence", title: "Sequence", panel: () => <SequenceView instance={instance} /> },
          { id: "flow", title: "Flow", panel: () => <InstanceFlow instance={instance} /> },
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
