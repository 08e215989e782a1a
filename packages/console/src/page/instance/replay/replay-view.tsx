import { useEffect, useState } from "preact/hooks";
import type { SourcePlace } from "../../../api/local-host-extras.ts";
import type { InstanceStatus } from "../../../api/management-api.ts";
import { counted, Text } from "../../parts/text.tsx";
import { CallList } from "./call-list.tsx";
import { EpisodeDetails } from "./episode-details.tsx";
import { EpisodeSlider } from "./episode-slider.tsx";
import { type Execution, type KnownCall, placeIn } from "./replay-model.ts";
import { SourcePanel } from "./source-panel.tsx";
import { useReplay } from "./use-replay.ts";

interface ReplayViewProps {
  readonly instance: InstanceStatus;
}

/** The episodes of an instance on the code that the host runs, beside that code. */
export function ReplayView({ instance }: ReplayViewProps) {
  const { instanceId, runtimeStatus, lastUpdatedTime, historyEvents = [] } = instance;
  const version = `${runtimeStatus} ${lastUpdatedTime} ${historyEvents.length}`;
  const { executions, error, retry, load } = useReplay(instanceId, version);
  return (
    <div class="replay">
      {error !== undefined && (
        <p class="replay-error" role="alert">
          <Text value={error} most={1000} />{" "}
          <button type="button" class="small" onClick={retry}>
            Try again
          </button>
        </p>
      )}
      {executions === undefined && error === undefined && <FirstReplay events={historyEvents.length} />}
      {executions !== undefined && <Executions executions={executions} load={load} />}
    </div>
  );
}

const SLOW_MS = 1500;

/** What the host does before the first episode can be drawn. */
function FirstReplay({ events }: { readonly events: number }) {
  const [isSlow, setSlow] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setSlow(true), SLOW_MS);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div class="loading" role="status">
      <p>Replaying {counted(events, "event")} on the app's code …</p>
      {isSlow && (
        <p>
          The host loads the app once in a process of its own, runs the orchestrator from the beginning for
          each episode, and colors its source. The first time takes longest.
        </p>
      )}
    </div>
  );
}

interface ExecutionsProps {
  readonly executions: readonly Execution[];
  readonly load: (episode: number) => void;
}

function Executions({ executions, load }: ExecutionsProps) {
  /** The chosen episode; undefined follows the newest one. */
  const [chosen, setChosen] = useState<{ readonly execution: string; readonly episode: number }>();
  const newest = executions.at(-1);
  const execution = executions.find(({ id }) => id === chosen?.execution) ?? newest;
  if (execution === undefined || execution.episodeCount === 0)
    return <p class="none">It has not begun: there is nothing to replay yet.</p>;
  const { episodeCount } = execution;
  const episode = Math.min(chosen?.episode ?? episodeCount, episodeCount);
  const choose = (to: number, of: Execution = execution) => {
    const at = Math.min(Math.max(1, to), of.episodeCount);
    const isLast = of === newest && at === of.episodeCount;
    setChosen(isLast ? undefined : { execution: of.id, episode: at });
  };
  return (
    <>
      <EpisodeSlider
        executions={executions}
        execution={execution}
        episode={episode}
        isFollowing={chosen === undefined}
        onChoose={choose}
      />
      <EpisodeView key={execution.id} execution={execution} episode={episode} load={load} />
    </>
  );
}

/** What is chosen in the list of calls and in the source, which follow each other. */
export interface Selection {
  readonly calls: ReadonlySet<string>;
  /** The line to show. */
  readonly place?: SourcePlace | undefined;
}

const NOTHING: Selection = { calls: new Set() };

interface EpisodeViewProps {
  readonly execution: Execution;
  readonly episode: number;
  readonly load: (episode: number) => void;
}

function EpisodeView({ execution, episode, load }: EpisodeViewProps) {
  const [selection, setSelection] = useState<Selection>(NOTHING);
  const isLoaded = execution.episodes.has(episode);
  useEffect(() => {
    setSelection(NOTHING);
    if (!isLoaded) load(episode);
  }, [episode, isLoaded]);
  if (!isLoaded) return <p class="loading">Replaying …</p>;
  const [main] = execution.files;
  const selectCall = (call: KnownCall) =>
    setSelection((old) =>
      old.calls.has(call.id) ? NOTHING : { calls: new Set([call.id]), place: placeIn(main, call.at) },
    );
  return (
    <div class="replay-columns">
      <div class="replay-side">
        <EpisodeDetails
          execution={execution}
          episode={episode}
          onPlace={(place) => setSelection({ calls: new Set(), place })}
        />
        <CallList
          execution={execution}
          episode={episode}
          selection={selection}
          onSelect={selectCall}
          onPlace={(call, place) => setSelection({ calls: new Set([call.id]), place })}
        />
      </div>
      <SourcePanel
        execution={execution}
        episode={episode}
        selection={selection}
        onSelect={(calls, place) => setSelection({ calls: new Set(calls.map(({ id }) => id)), place })}
      />
    </div>
  );
}
